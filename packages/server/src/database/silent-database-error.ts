/** Thrown when a statement got no response from the database, or from a proxy in front of it. */
export class SilentDatabaseError extends Error {
  /** Code of the error: that of a connection that timed out, so that callers treat a silent database like a timed-out connection. */
  readonly code = 'ETIMEDOUT';

  constructor(what: string, milliseconds: number) {
    super(`the database did not ${what} within ${milliseconds} ms`);
    this.name = 'SilentDatabaseError';
  }
}
