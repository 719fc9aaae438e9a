/** Result of one check by `commandcenter doctor`. A `fault` keeps the server from working, a `warning` only a part of it. */
export interface CheckResult {
  check: string;
  state: 'ok' | 'warning' | 'fault';
  message: string;
  /** One sentence that tells a person how to fix the problem. */
  remedy?: string;
}

export const ok = (check: string, message: string): CheckResult => ({ check, state: 'ok', message });
export const warning = (check: string, message: string, remedy: string): CheckResult => ({
  check,
  state: 'warning',
  message,
  remedy,
});
export const failed = (check: string, message: string, remedy: string): CheckResult => ({
  check,
  state: 'fault',
  message,
  remedy,
});
