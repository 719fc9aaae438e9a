/** The template that test databases are cloned from. */
export const TEMPLATE_DATABASE = 'commandcenter_template';

/** Variable by which `npm test` passes the server's address to the test files, which run in their own processes. */
export const TEST_SERVER_VARIABLE = 'COMMANDCENTER_TEST_SERVER';

/**
 * Returns the URL of a database on the test server. Without a name, returns that of the database in which databases are created and
 * dropped.
 */
export function testServerUrl(database?: string): string {
  const url = process.env[TEST_SERVER_VARIABLE];
  if (url === undefined) throw new Error('No test server: run this file with `npm test -- <file>`.');
  return database === undefined ? url : url.replace(/^postgresql:\/\/\/[^?]*/, `postgresql:///${database}`);
}
