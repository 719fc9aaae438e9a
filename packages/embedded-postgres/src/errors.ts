export interface EmbeddedPostgresErrorOptions {
  /** One sentence that says how to fix the error. */
  hint?: string;
  cause?: unknown;
}

/**
 * Thrown when the embedded PostgreSQL cannot run here (`postgres.not_runnable`, `postgres.no_binaries`) or did not start
 * (`postgres.failed`).
 */
export class EmbeddedPostgresError extends Error {
  /** Stable code of the error for programs, such as `postgres.failed`. */
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: EmbeddedPostgresErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }
}

/** Thrown when another process works on the same data folder. */
export class DataFolderHeldError extends EmbeddedPostgresError {
  constructor(message: string, options?: EmbeddedPostgresErrorOptions) {
    super('data_dir.held', message, options);
  }
}

/** Thrown when the data folder cannot be created or written. */
export class DataFolderUnusableError extends EmbeddedPostgresError {
  constructor(message: string, options?: EmbeddedPostgresErrorOptions) {
    super('config.invalid', message, options);
  }
}
