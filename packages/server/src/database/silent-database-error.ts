/** The database, or something on the way to it, took a statement and says nothing. */
export class SilentDatabaseError extends Error {
  /** As of a connection that times out. */
  readonly code = 'ETIMEDOUT';

  constructor(what: string, milliseconds: number) {
    super(`the database did not ${what} within ${milliseconds} ms`);
    this.name = 'SilentDatabaseError';
  }
}
