/** Exit codes: 0 done, 1 findings or failed gate, 2 wrong usage or configuration, 3 server, network or lock. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Ends a command with one line for people and an exit code. */
export class CliError extends Error {
  /** Stable identifier for programs. */
  readonly code: string;
  readonly exitCode: ExitCode;

  constructor(code: string, exitCode: ExitCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CliError';
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** True for errors of the operating system, such as a full disk, a missing permission or a closed pipe. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'errno' in error;
