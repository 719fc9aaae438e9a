import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/test-database.ts';
import { addIntegration, item, person, repository, SyncWorld } from '../../../test/sync/fixtures.ts';
import { createTask } from '../commands/edit-task.ts';
import { wantItem } from '../commands/task-to-issue.ts';
import { recordCreate } from '../outbound/outbox-queries.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.destroy());

test('a create that was sent stays with the account that its item is found by when an older integration takes the repository over', async () => {
  const { db } = database;
  const older = await SyncWorld.create(db);
  const newer = await addIntegration(db, older.integration.project_id);
  const linkId = await db.transaction().execute(async (trx) => {
    const fields = { title: 'Sent' };
    const task = await createTask(trx, { projectId: newer.project_id, fields, actor: person });
    const wanted = await wantItem(trx, newer, { taskId: task.id, repository, actor: person });
    const intent = await trx.selectFrom('outbox').select('id').executeTakeFirstOrThrow();
    await recordCreate(trx, intent.id, true);
    return wanted.link_id;
  });
  await older.see(item());
  const link = (await older.links()).find(({ id }) => id === linkId);
  const intent = await db.selectFrom('outbox').select('integration_id').executeTakeFirstOrThrow();
  assert.deepEqual([link?.integration_id, intent.integration_id], [newer.id, newer.id]);
});
