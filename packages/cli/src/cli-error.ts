/**
 * Exit codes of `commandcenter`. 0: done. 1: findings or a failed gate. 2: wrong usage or configuration. 3: a problem with the server,
 * the network or a lock.
 */
export type ExitCode = 0 | 1 | 2 | 3;

/** Ends a command with a message of one line and an exit code. */
export class CliError extends Error {
  /** Stable identifier of the error for programs, such as `usage.token`. */
  readonly code: string;
  readonly exitCode: ExitCode;

  constructor(code: string, exitCode: ExitCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CliError';
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** Returns true for errors of the operating system, such as a full disk, a missing permission or a closed pipe. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'errno' in error;
