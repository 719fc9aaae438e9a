/** 0 done, 1 findings or gate failed, 2 wrong usage or configuration, 3 server, network or lock. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Ends a command with one line for people. */
export class CliError extends Error {
  /** Stable, for programs. */
  readonly code: string;
  readonly exitCode: ExitCode;

  constructor(code: string, exitCode: ExitCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CliError';
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** Of the operating system: a full disk, a folder that may not be written to, a reader that has gone. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'errno' in error;
