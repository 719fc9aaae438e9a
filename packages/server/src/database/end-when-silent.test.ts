import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { pino } from 'pino';
import { startStallingProxy } from '../../test/harness/stalling-proxy.ts';
import { createTestDatabase } from '../../test/harness/test-database.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { openDatabase } from './database.ts';
import { isDatabaseAway } from './database-away.ts';

it('statements whose responses are lost fail, and give back their connections', async () => {
  const database = await createTestDatabase();
  await using proxy = await startStallingProxy(database.url);
  const log = pino({ level: 'silent' });
  const { db, pool, close } = openDatabase({ url: proxy.url, log, poolSize: 2, statementTimeoutMs: 200 });
  const select = () => sql<{ one: number }>`select 1 as one`.execute(db);
  try {
    await Promise.all([select(), select()]);
    await assert.rejects(sql`select pg_sleep(1)`.execute(db), { code: '57014' }, 'the database ends it while it lives');

    proxy.stall();
    const lost = await Promise.allSettled([select(), db.transaction().execute((trx) => sql`select 1`.execute(trx))]);
    for (const one of lost) assert.ok(one.status === 'rejected' && isDatabaseAway(one.reason), String(one));

    assert.equal(pool.totalCount, 0, 'none of those that were open is used again');
    proxy.goOn();
    await waitFor(
      'the database to be used again',
      async () => (await select().catch(() => undefined))?.rows[0]?.one === 1,
    );
    await Promise.all([select(), select()]);
    assert.ok(pool.totalCount <= 2);
  } finally {
    await close();
    await database.destroy();
  }
});
