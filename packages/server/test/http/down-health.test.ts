import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { createRecordedLog } from '../harness/recorded-log.ts';
import { waitFor } from '../harness/wait-for.ts';
import { ADMIN_TOKEN, startTestApplication, type TestApplication } from './test-application.ts';

interface Health {
  status: string;
  parts?: Record<'database' | 'deliveries' | 'storage', { status: string; reason?: string }>;
}

describe('health while the database refuses to store anything', () => {
  const { log, records } = createRecordedLog();
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication({}, undefined, { createLogger: () => log });
    await sql`
      create function refuse_probe() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file "/secret/path"' using errcode = '53100'; end $$`.execute(app.db);
  });
  after(() => app[Symbol.asyncDispose]());

  const asked = async (): Promise<Health> =>
    (await (
      await fetch(`${app.url}/api/v1/health`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
    ).json()) as Health;
  const becomes = (status: string): Promise<Health> =>
    waitFor(`health to be ${status}`, async () => {
      const now = await asked();
      return now.status === status && now;
    });
  const refuse = () =>
    sql`create or replace trigger refuse before insert or update on storage_probes for each row execute function refuse_probe()`.execute(
      app.db,
    );
  const accept = () => sql`drop trigger if exists refuse on storage_probes`.execute(app.db);
  const downs = () => records.filter(({ msg }) => msg.startsWith('health: '));

  it('names the cause to whoever has a token, and says nothing more than its status to others', async () => {
    assert.equal((await becomes('ok')).parts?.database.reason, undefined);
    await refuse();
    const { parts } = await becomes('down');
    assert.equal(
      parts?.database.reason,
      'No row could be written. PostgreSQL reports SQLSTATE 53100: its disk is full.',
    );
    assert.equal(parts?.deliveries.reason, 'The database is down.');
    assert.equal(parts?.storage.reason, undefined);
    assert.doesNotMatch(JSON.stringify(parts), /secret/);
    const anonymous = await fetch(`${app.url}/api/v1/health`);
    assert.deepEqual([anonymous.status, await anonymous.json()], [503, { status: 'down' }]);
    const ready = await fetch(`${app.url}/readyz`);
    assert.equal(ready.status, 503);
    assert.deepEqual(await ready.json(), { status: 'not ready', refused_last_hour: [] });
    await accept();
    await becomes('ok');
  });

  it('writes the whole error to the log once each time it goes down', async () => {
    const before = downs().length;
    await refuse();
    await becomes('down');
    // The state is looked at anew after a second: a second look finds it down as before.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await becomes('down');
    const [logged, ...more] = downs().slice(before);
    assert.equal(more.length, 0);
    assert.equal(logged?.part, 'database');
    assert.equal(logged?.err?.code, '53100');
    assert.match(logged?.err?.message ?? '', /could not extend file/);
    await accept();
    await becomes('ok');
    await refuse();
    await becomes('down');
    assert.equal(downs().length, before + 2);
    await accept();
  });
});
