import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/test-database.ts';
import { addIntegration, item, SyncWorld } from '../../../test/sync/fixtures.ts';
import { claimIntent, nextIntentInMs } from './outbox-queries.ts';

describe('claiming intents', () => {
  let database: TestDatabase;
  let busy: number;
  let other: number;
  before(async () => {
    database = await createTestDatabase();
    const world = await SyncWorld.create(database.db);
    busy = world.integration.id;
    other = (await addIntegration(database.db, world.integration.project_id)).id;
    await world.apply(
      ...Array.from({ length: 60 }, (_, index) => world.change({ kind: 'item', item: item({ number: index + 1 }) })),
    );
    await sql`update links set integration_id = ${other} where number > 58`.execute(database.db);
  });
  beforeEach(async () => {
    await database.db.deleteFrom('outbox').execute();
    await sql`
      insert into outbox (link_id, integration_id, kind, not_before)
      select id, integration_id, 'update', now() - interval '1 hour' + number * interval '1 second' from links`.execute(
      database.db,
    );
  });
  after(() => database.destroy());

  const claim = async (except: readonly number[] = []) => {
    const intent = await claimIntent(database.db, { owner: crypto.randomUUID(), leaseSeconds: 60, except });
    return intent?.integration_id;
  };

  it('leases one intent of each integration at a time, the oldest first', async () => {
    assert.deepEqual([await claim(), await claim(), await claim()], [busy, other, undefined]);
    const { rows } = await sql<{ number: number }>`
      select l.number from outbox o join links l on l.id = o.link_id where o.lease_owner is not null order by 1`.execute(
      database.db,
    );
    assert.deepEqual(
      rows.map(({ number }) => number),
      [1, 59],
    );
  });

  it('leaves out the integrations that it is told to leave out, and those whose intents are not due', async () => {
    assert.equal(await claim([busy]), other);
    await sql`update outbox set not_before = 'infinity' where integration_id = ${busy}`.execute(database.db);
    assert.equal(await claim(), undefined);
  });

  it('knows when the next intent is due, or the next lease ends', async () => {
    await sql`update outbox set not_before = now() + interval '1 hour'`.execute(database.db);
    const nextInMs = await nextIntentInMs(database.db, []);
    assert.ok(nextInMs !== undefined && nextInMs > 3_000_000, `${nextInMs}`);
    assert.equal(await nextIntentInMs(database.db, [busy, other]), undefined);
    await sql`update outbox set not_before = now() - interval '1 hour'`.execute(database.db);
    await claim();
    const leaseEndsInMs = await nextIntentInMs(database.db, []);
    assert.ok(leaseEndsInMs !== undefined && leaseEndsInMs <= 60_000, `${leaseEndsInMs}`);
  });
});
