import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { UnusablePayloadError } from '@commandcenter/integration-kit';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/test-database.ts';
import {
  account,
  addIntegration,
  at,
  item,
  markerKey,
  person,
  repository,
  SyncWorld,
} from '../../../test/sync/fixtures.ts';
import { createTask, deleteTask, editTask } from '../commands/edit-task.ts';
import { detachLinks } from '../link/detach-links.ts';
import { createMarkers } from '../outbound/create-markers.ts';
import { createApplyChanges } from './apply-changes.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.destroy());

const world = (config?: Record<string, unknown>) => SyncWorld.create(database.db, config);

test('a new item becomes a task with a link', async () => {
  const here = await world();
  const [effect] = await here.see(
    item({ labels: ['bug', 'Urgent'], assignees: ['octocat'], state: 'closed', stateReason: 'not_planned' }),
  );
  assert.equal(effect?.kind, 'task_created');
  const task = await here.onlyTask();
  assert.equal(effect?.task_id, task.id);
  assert.deepEqual(
    [task.title, task.status, task.priority, task.labels, task.assignees],
    ['Issue 1', 'cancelled', 'high', ['bug'], ['octocat']],
  );
  assert.deepEqual(task.links, [
    {
      integration_id: here.integration.id,
      integration_type: 'github',
      external_id: '9001',
      number: 1,
      url: 'https://github.com/my-org/my-repo/issues/1',
      repository: 'my-org/my-repo',
      state: 'closed',
      sync_state: 'in_sync',
      last_error: null,
      last_error_class: null,
      remedy: null,
      last_synced_at: task.links[0]?.last_synced_at,
    },
  ]);
});

test('a newer snapshot changes the task, an older one nothing, the same one nothing', async () => {
  const here = await world();
  await here.see(item({ title: 'first' }));
  assert.deepEqual(await here.see(item({ title: 'third', updatedAt: at(3) })).then((effects) => effects[0]?.fields), [
    'title',
  ]);
  assert.equal((await here.see(item({ title: 'second', updatedAt: at(2) })))[0]?.kind, 'stale');
  assert.equal((await here.see(item({ title: 'third', updatedAt: at(3) })))[0]?.kind, 'task_unchanged');
  const task = await here.onlyTask();
  assert.equal(task.title, 'third');
  assert.equal(task.version, 2);
});

test('a time that the database cannot keep makes the item unusable, not the server faulty', async () => {
  const here = await world();
  for (const updatedAt of ['soon', '+275760-09-13T00:00:00Z', '0000-01-01T00:00:00Z']) {
    await assert.rejects(here.see(item({ updatedAt })), UnusablePayloadError);
  }
});

test('an equally old snapshot with other content is asked about, and believed only when it was read', async () => {
  const here = await world();
  await here.see(item({ title: 'one' }));
  assert.equal((await here.see(item({ title: 'two' })))[0]?.kind, 'refetch_requested');
  const [link] = await here.links();
  assert.equal(link?.candidate?.title, 'two');
  assert.ok(link?.refetch_at);
  assert.equal((await here.onlyTask()).title, 'one');
  await here.see(item({ title: 'two' }), { kind: 'read' });
  assert.equal((await here.onlyTask()).title, 'two');
});

test('a newer snapshot ends the question', async () => {
  const here = await world();
  await here.see(item());
  await here.see(item({ title: 'two' }));
  await here.see(item({ title: 'three', updatedAt: at(1) }));
  const [link] = await here.links();
  assert.equal(link?.candidate, null);
  assert.equal(link?.refetch_at, null);
});

test('one batch: the same item several times, in any order, and many items', async () => {
  const here = await world();
  const snapshots = [
    item({ updatedAt: at(1), title: 'b' }),
    item({ updatedAt: at(3), title: 'd' }),
    item({ updatedAt: at(2), title: 'c' }),
  ];
  for (let number = 2; number <= 40; number += 1) snapshots.push(item({ number }));
  const effects = await here.apply(...snapshots.map((snapshot) => here.change({ kind: 'item', item: snapshot })));
  assert.deepEqual(
    effects.slice(0, 3).map(([effect]) => effect?.kind),
    ['task_created', 'task_updated', 'stale'],
  );
  const tasks = await here.tasks();
  assert.equal(tasks.length, 40);
  assert.equal(tasks.find((task) => task.links[0]?.number === 1)?.title, 'd');
});

test('the same new item in many transactions at once becomes one task', async () => {
  const here = await world();
  await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      here.apply(
        ...Array.from({ length: 20 }, (_, step) => {
          const number = 1 + ((index % 2 === 0 ? step : 19 - step) % 20);
          return here.change({ kind: 'item', item: item({ number, title: `by ${index}`, updatedAt: at(index) }) });
        }),
      ),
    ),
  );
  const tasks = await here.tasks();
  assert.equal(tasks.length, 20);
  for (const task of tasks) assert.equal(task.title, 'by 7');
});

test('auto_sync off: unknown items stay out, linked ones follow, an import brings them in', async () => {
  const here = await world({ auto_sync: false });
  assert.equal((await here.see(item()))[0]?.kind, 'not_synced');
  assert.equal((await here.see(item(), { kind: 'import' }))[0]?.kind, 'task_created');
  assert.equal((await here.see(item({ title: 'new', updatedAt: at(1) })))[0]?.kind, 'task_updated');
});

test('an open item leaves in_progress alone; closing and reopening move the task', async () => {
  const here = await world();
  await here.see(item());
  const { id } = await here.onlyTask();
  await database.db
    .transaction()
    .execute((trx) => editTask(trx, { taskId: id, fields: { status: 'in_progress' }, actor: person }));
  assert.deepEqual(await here.intents(), []);
  await here.see(item({ title: 'x', updatedAt: at(1) }));
  assert.equal((await here.onlyTask()).status, 'in_progress');
  await here.see(item({ title: 'x', updatedAt: at(2), state: 'closed' }));
  assert.equal((await here.onlyTask()).status, 'done');
  assert.ok((await here.onlyTask()).completed_at);
  await here.see(item({ title: 'x', updatedAt: at(3), stateReason: 'reopened' }));
  assert.equal((await here.onlyTask()).status, 'todo');
  assert.equal((await here.onlyTask()).completed_at, null);
});

test('an edit here and another there both stay, and the edit here is to be sent', async () => {
  const here = await world();
  await here.see(item());
  const { id } = await here.onlyTask();
  await database.db
    .transaction()
    .execute((trx) => editTask(trx, { taskId: id, fields: { priority: 'high' }, actor: person }));
  await here.see(item({ title: 'theirs', updatedAt: at(1) }));
  const task = await here.onlyTask();
  assert.deepEqual([task.title, task.priority, task.links[0]?.sync_state], ['theirs', 'high', 'pending']);
  assert.equal((await here.intents()).length, 1);
});

test('the provider makes the same edit: nothing is left to send', async () => {
  const here = await world();
  await here.see(item());
  const { id } = await here.onlyTask();
  await database.db
    .transaction()
    .execute((trx) => editTask(trx, { taskId: id, fields: { title: 'same' }, actor: person }));
  await here.see(item({ title: 'same', updatedAt: at(1) }));
  assert.equal((await here.onlyTask()).links[0]?.sync_state, 'in_sync');
  assert.deepEqual(await here.intents(), []);
});

test('a conflict goes to the newer edit and the history keeps what lost', async () => {
  const here = await world();
  await here.see(item());
  const { id } = await here.onlyTask();
  await database.db
    .transaction()
    .execute((trx) => editTask(trx, { taskId: id, fields: { title: 'mine' }, actor: person }));
  await here.see(item({ title: 'theirs', updatedAt: '2099-01-01T00:00:00Z' }));
  assert.equal((await here.onlyTask()).title, 'theirs');
  const history = await database.db
    .selectFrom('task_history')
    .selectAll()
    .where('task_id', '=', id)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  assert.deepEqual(history.changes, [
    { field: 'title', from: 'mine', to: 'theirs', conflict: { winner: 'remote', lost: 'mine' } },
  ]);
  assert.deepEqual(history.actor, { type: 'integration', id: here.integration.id, name: 'GitHub: my-org' });
});

test('a deleted item: the task stays, nothing is sent and nothing comes back', async () => {
  const here = await world();
  await here.see(item());
  const { id } = await here.onlyTask();
  await database.db
    .transaction()
    .execute((trx) => editTask(trx, { taskId: id, fields: { title: 'mine' }, actor: person }));
  const [effects] = await here.apply(here.change({ kind: 'item_deleted', externalId: '9001', repository }));
  assert.equal(effects?.[0]?.kind, 'link_deleted');
  assert.equal((await here.onlyTask()).links[0]?.sync_state, 'deleted');
  assert.deepEqual(await here.intents(), []);
  assert.equal((await here.see(item({ title: 'late', updatedAt: at(9) })))[0]?.kind, 'stale');
  assert.equal((await here.onlyTask()).title, 'mine');
});

test('a deleted task leaves a tombstone that no event raises, not even through a new integration', async () => {
  const here = await world();
  await here.see(item());
  const { id } = await here.onlyTask();
  await database.db.transaction().execute((trx) => deleteTask(trx, { taskId: id }));
  assert.equal((await here.see(item({ updatedAt: at(5) }), { kind: 'import' }))[0]?.kind, 'tombstone');
  await database.db.transaction().execute((trx) => detachLinks(trx, here.integration.id));
  const again = here.with(await addIntegration(database.db, here.integration.project_id));
  assert.equal((await again.see(item({ updatedAt: at(6) })))[0]?.kind, 'tombstone');
  assert.deepEqual(await here.tasks(), []);
});

test('a new integration of the same repository takes up the tasks that the old one left', async () => {
  const here = await world();
  await here.see(item());
  await database.db.transaction().execute((trx) => detachLinks(trx, here.integration.id));
  assert.equal((await here.onlyTask()).links[0]?.sync_state, 'detached');
  const again = here.with(await addIntegration(database.db, here.integration.project_id));
  await again.see(item({ title: 'later', updatedAt: at(5) }));
  const task = await here.onlyTask();
  assert.deepEqual(
    [task.title, task.links[0]?.sync_state, task.links[0]?.integration_id],
    ['later', 'in_sync', again.integration.id],
  );
});

test('transferred, then opened at the new place: one task', async () => {
  const here = await world();
  await here.see(item());
  const moved = item({
    number: 5,
    repository: { owner: 'my-org', name: 'other' },
    url: 'https://github.com/my-org/other/issues/5',
    title: 'moved',
    updatedAt: at(1),
  });
  const [effects] = await here.apply(
    here.change({ kind: 'item_transferred', externalId: '9001', repository, to: moved }),
  );
  assert.deepEqual(
    effects?.map(({ kind }) => kind),
    ['link_relinked', 'task_updated'],
  );
  assert.equal((await here.see(moved))[0]?.kind, 'task_unchanged');
  const task = await here.onlyTask();
  assert.deepEqual(
    [task.title, task.links.length, task.links[0]?.repository, task.links[0]?.external_id],
    ['moved', 1, 'my-org/other', '9005'],
  );
});

test('opened at the new place, then transferred: one task, also in one batch', async () => {
  for (const together of [false, true]) {
    const here = await world();
    await here.see(item());
    const { id } = await here.onlyTask();
    const moved = item({
      number: 5,
      repository: { owner: 'my-org', name: 'other' },
      url: 'https://github.com/my-org/other/issues/5',
      updatedAt: at(1),
    });
    const opened = here.change({ kind: 'item', item: moved });
    const transferred = here.change({ kind: 'item_transferred', externalId: '9001', repository, to: moved });
    if (together) await here.apply(opened, transferred);
    else {
      await here.apply(opened);
      await here.apply(transferred);
    }
    const task = await here.onlyTask();
    assert.deepEqual([task.id, task.links.length, task.links[0]?.external_id], [id, 1, '9005']);
  }
});

test('the webhook that overtakes the response of a create finds the pending link by its marker', async () => {
  const here = await world();
  await here.see(item({ number: 99 }));
  const [seen] = await here.links();
  const link = await database.db
    .insertInto('links')
    .values({
      project_id: here.integration.project_id,
      task_id: await plainTask(here),
      integration_id: here.integration.id,
      integration_type: 'github',
      repository_id: seen?.repository_id ?? null,
      host: here.integration.host,
      sync_state: 'pending',
    })
    .returning(['id', 'marker'])
    .executeTakeFirstOrThrow();
  const marker = createMarkers(markerKey).make(link.marker, seen?.repository_id ?? 0);

  const forged = item({ number: 2, marker: { ...marker, mac: 'ab'.repeat(32) }, author: account });
  assert.equal((await here.see(forged))[0]?.kind, 'task_created');
  const byOther = item({ number: 3, marker, author: { ...account, id: '43' } });
  assert.equal((await here.see(byOther))[0]?.kind, 'task_created');
  const elsewhere = item({ number: 4, marker, author: account, repository: { owner: 'my-org', name: 'elsewhere' } });
  assert.equal((await here.see(elsewhere))[0]?.kind, 'task_created');
  const ours = item({ number: 5, marker, author: account, title: 'plain' });
  assert.notEqual((await here.see(ours))[0]?.kind, 'task_created');
  const bound = (await here.links()).find(({ id }) => id === link.id);
  assert.equal(bound?.external_id, '9005');
  assert.equal((await here.tasks()).length, 5);
});

test('a renamed label is renamed on every linked task of the repository, a deleted one removed, and nothing is sent', async () => {
  const here = await world();
  await here.see(item({ labels: ['bug', 'ui'] }));
  await here.see(item({ number: 2, labels: ['BUG', 'critical'] }));
  await here.see(item({ number: 3, labels: ['docs'] }));
  const [renamed] = await here.apply(here.change({ kind: 'label_renamed', repository, from: 'bug', to: 'defect' }));
  assert.deepEqual(renamed, [
    { kind: 'label_renamed', repository_id: renamed?.[0]?.repository_id, detail: '2 tasks have changed.' },
  ]);
  await here.apply(here.change({ kind: 'label_deleted', repository, name: 'ui' }));
  assert.deepEqual(
    (await here.tasks()).map(({ labels }) => labels),
    [['defect'], ['defect'], ['docs']],
  );
  await here.apply(here.change({ kind: 'label_renamed', repository, from: 'critical', to: 'sev1' }));
  const [, second] = await here.tasks();
  assert.deepEqual([second?.priority, second?.labels], ['medium', ['defect', 'sev1']]);
  await here.apply(here.change({ kind: 'label_renamed', repository, from: 'docs', to: 'urgent' }));
  const [, , third] = await here.tasks();
  assert.deepEqual([third?.priority, third?.labels], ['high', []]);
  assert.deepEqual(await here.intents(), []);
  assert.equal((await here.see(item({ labels: ['defect'], updatedAt: at(0) })))[0]?.kind, 'task_unchanged');
});

test('a push updates the repository, a later one that comes first is not undone', async () => {
  const here = await world();
  const push = (headSha: string, pushedAt: string) =>
    here.change({ kind: 'branch_pushed', repository, branch: 'main', headSha, pushedAt });
  await here.apply(push('bbb', at(2)));
  await here.apply(push('aaa', at(1)));
  const row = await database.db
    .selectFrom('repositories')
    .selectAll()
    .where('project_id', '=', here.integration.project_id)
    .executeTakeFirstOrThrow();
  assert.deepEqual([row.head_sha, row.default_branch, row.external_id], ['bbb', 'main', '1001']);
});

test('a renamed repository keeps its record, told by name or by id', async () => {
  const here = await world();
  await here.see(item());
  await here.apply(
    here.change({ kind: 'repository_renamed', repository: { ...repository, name: 'new-name' }, from: repository }),
  );
  const later = new Date(Date.now() + 1000).toISOString();
  await here.see(item({ number: 2, repository: { ...repository, name: 'newest-name' }, updatedAt: later }));
  // This event is from before the renames and arrives late. It must not bring the former name back.
  await here.see(item({ number: 3 }));
  const rows = await database.db
    .selectFrom('repositories')
    .selectAll()
    .where('project_id', '=', here.integration.project_id)
    .execute();
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['newest-name'],
  );
});

test('a pull request asks for an analysis; its next commit takes the place of those that wait or run', async () => {
  const here = await world();
  const pullRequest = {
    number: 7,
    title: 'PR',
    headSha: 'a1',
    headRef: 'feature',
    baseSha: 'b0',
    baseRef: 'main',
    fork: false,
  };
  const request = (headSha: string) =>
    here.change({ kind: 'analysis_requested', repository, pullRequest: { ...pullRequest, headSha } });
  await here.apply(request('a1'));
  await here.apply(request('a1'));
  await here.apply(request('a2'));
  await database.db
    .updateTable('jobs')
    .set({ status: 'running' })
    .where('project_id', '=', here.integration.project_id)
    .where('status', '=', 'pending')
    .execute();
  await here.apply(request('a3'));
  const jobs = await database.db
    .selectFrom('jobs')
    .select(['status', 'cancel_requested'])
    .where('project_id', '=', here.integration.project_id)
    .orderBy('id')
    .execute();
  assert.deepEqual(
    jobs.map(({ status, cancel_requested }) => [status, cancel_requested]),
    [
      ['cancelled', true],
      ['running', true],
      ['pending', false],
    ],
  );
});

test('text that PostgreSQL cannot keep harms nothing', async () => {
  const here = await world();
  await here.see(item({ title: 'a\0b\ud800', labels: ['x\0'], body: '\0' }));
  await here.see(item({ title: 'c\0', body: '\ud800', updatedAt: at(0) }));
  assert.equal((await here.onlyTask()).title, 'ab\ufffd');
});

test('a batch costs the same number of statements whatever its size', async () => {
  const count = async (size: number): Promise<number> => {
    const here = await world();
    const snapshots = Array.from({ length: size }, (_, index) =>
      here.change({ kind: 'item', item: item({ number: index + 1 }) }),
    );
    const statements = await database.db.connection().execute(async (connection) => {
      await sql`select 1`.execute(connection);
      let statements = 0;
      const counting = connection.withPlugin({
        transformQuery: ({ node }) => {
          statements += 1;
          return node;
        },
        transformResult: async ({ result }) => result,
      });
      await counting.transaction().execute((trx) => createApplyChanges({ markerKey })(trx, snapshots));
      return statements;
    });
    return statements;
  };
  assert.equal(await count(300), await count(1));
});

async function plainTask(here: SyncWorld): Promise<number> {
  const task = await database.db
    .transaction()
    .execute((trx) =>
      createTask(trx, { projectId: here.integration.project_id, fields: { title: 'plain' }, actor: person }),
    );
  return task.id;
}
