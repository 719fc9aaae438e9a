import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

/**
 * Runs the work and returns every statement that it sent, on any connection. Statements of background loops in the same process are not
 * included.
 */
export async function statementsOf(work: () => Promise<void>): Promise<string[]> {
  const { query } = pg.Client.prototype;
  const statements: string[] = [];
  const scope = new AsyncLocalStorage<boolean>();
  const counted = function (this: pg.Client, ...args: unknown[]): unknown {
    const [first] = args;
    if (scope.getStore() === true)
      statements.push(typeof first === 'string' ? first : String((first as { text?: unknown }).text));
    return Reflect.apply(query, this, args);
  };
  Object.assign(pg.Client.prototype, { query: counted });
  try {
    await scope.run(true, work);
  } finally {
    Object.assign(pg.Client.prototype, { query });
  }
  return statements.map((statement) => statement.replaceAll(/\s+/g, ' ').trim());
}
