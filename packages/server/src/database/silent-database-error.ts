/** Thrown when a statement got no response from the database, or from a proxy in front of it. */
export class SilentDatabaseError extends Error {
  /** The code of a connection that timed out, so that callers handle both alike. */
  readonly code = 'ETIMEDOUT';

  constructor(what: string, milliseconds: number) {
    super(`the database did not ${what} within ${milliseconds} ms`);
    this.name = 'SilentDatabaseError';
  }
}
