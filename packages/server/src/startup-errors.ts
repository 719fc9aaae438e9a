/** Exit code of a failed start: 2 for wrong usage or configuration, 3 for server, network or lock. */
export type StartupExitCode = 2 | 3;

export interface StartupErrorOptions {
  /** Sentence that says how to fix the error. */
  hint?: string;
  cause?: unknown;
}

/** Thrown when the server cannot start or cannot continue. The message is one line for people. */
export class StartupError extends Error {
  /** Stable code of the error for programs, such as `data_dir.held`. */
  readonly code: string;
  readonly exitCode: StartupExitCode;
  readonly hint: string | undefined;

  constructor(code: string, exitCode: StartupExitCode, message: string, options: StartupErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.exitCode = exitCode;
    this.hint = options.hint;
  }
}

/** Thrown when an environment variable has a wrong value. */
export class ConfigurationError extends StartupError {
  constructor(message: string) {
    super('config.invalid', 2, message);
  }
}

/** The database cannot be reached (`database.unreachable`), or this version cannot work on it (`database.newer`, `database.changed`). */
export class DatabaseError extends StartupError {
  constructor(code: `database.${string}`, message: string, options?: StartupErrorOptions) {
    super(code, 3, message, options);
  }
}

/** Thrown when the port is taken, or this process may not listen on it. */
export class ListenError extends StartupError {
  constructor(message: string, options?: StartupErrorOptions) {
    super('listen.failed', 3, message, options);
  }
}
