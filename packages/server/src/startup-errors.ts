/** Exit code of a start that fails: 2 for wrong usage or configuration, 3 for server, network or lock. */
export type StartupExitCode = 2 | 3;

export interface StartupErrorOptions {
  /** One sentence that says how to fix it. */
  hint?: string;
  cause?: unknown;
}

/** The server cannot start, or cannot go on. The message is one line for people. */
export class StartupError extends Error {
  /** Stable, for programs: `data_dir.held`. */
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

/** A variable of the environment has a wrong value. */
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

/** The port is taken, or may not be listened on. */
export class ListenError extends StartupError {
  constructor(message: string, options?: StartupErrorOptions) {
    super('listen.failed', 3, message, options);
  }
}
