export interface EmbeddedPostgresErrorOptions {
  /** One sentence that says how to fix it. */
  hint?: string;
  cause?: unknown;
}

/** The embedded PostgreSQL cannot run here (`postgres.not_runnable`, `postgres.no_binaries`), or did not start (`postgres.failed`). */
export class EmbeddedPostgresError extends Error {
  /** Stable, for programs. */
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: EmbeddedPostgresErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }
}

/** Another process works on the same data folder. */
export class DataFolderHeldError extends EmbeddedPostgresError {
  constructor(message: string, options?: EmbeddedPostgresErrorOptions) {
    super('data_dir.held', message, options);
  }
}

/** The data folder cannot be created or written. */
export class DataFolderUnusableError extends EmbeddedPostgresError {
  constructor(message: string, options?: EmbeddedPostgresErrorOptions) {
    super('config.invalid', message, options);
  }
}
