/** What one check found. A fault keeps the server from working, a warning something it is for. */
export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'fault';
  message: string;
  /** How to mend it. */
  remedy?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, state: 'ok', message });
export const warning = (check: string, message: string, remedy: string): Finding => ({
  check,
  state: 'warning',
  message,
  remedy,
});
export const fault = (check: string, message: string, remedy: string): Finding => ({
  check,
  state: 'fault',
  message,
  remedy,
});
