import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/test-database.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { item, repository, SyncWorld } from '../../../test/sync/fixtures.ts';
import { refuseRepository } from '../repositories/repository-access.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.destroy());

// The cause of the former bug: a link was found, then moved by another transaction, and then changed as if it had not moved.
test('the refusal of a repository does not reach a link that moves to another repository meanwhile', async () => {
  const { db, pool } = database;
  const world = await SyncWorld.create(db);
  await world.see(item());
  await world.see(item({ number: 2, repository: { ...repository, name: 'other', externalId: '1002' } }));
  const [link, elsewhere] = await world.links();
  assert.ok(link && elsewhere && link.repository_id !== null);
  const from = { id: link.repository_id };
  const given = { scope: 'everything', class: 'not_found', message: 'Not Found', remedy: 'Give access.' } as const;
  let refused: Promise<void> | undefined;
  await db.transaction().execute(async (move) => {
    await move.updateTable('links').set({ repository_id: elsewhere.repository_id }).where('id', '=', link.id).execute();
    refused = db.transaction().execute((trx) => refuseRepository(trx, from, given));
    await waitFor('the refusal to wait for the link', async () => {
      const waiting = await pool.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.rowCount === 1;
    });
  });
  await refused;
  const [moved] = await world.links();
  assert.deepEqual([moved?.repository_id, moved?.sync_state], [elsewhere.repository_id, 'in_sync']);
});
