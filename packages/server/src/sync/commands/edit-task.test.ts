import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/test-database.ts';
import { at, item, person, SyncWorld } from '../../../test/sync/fixtures.ts';
import type { ApiError } from '../../errors.ts';
import type { TaskFields } from '../../tasks/task.ts';
import { listTaskHistory } from '../../tasks/task-history-queries.ts';
import { getTask, listTasks, type TaskFilter } from '../../tasks/task-object-queries.ts';
import { createTask, deleteTask, editTask } from './edit-task.ts';

let database: TestDatabase;
let here: SyncWorld;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.destroy());

const fresh = async () => {
  here = await SyncWorld.create(database.db);
};
const create = (fields: Partial<TaskFields> = {}) =>
  database.db.transaction().execute((trx) =>
    createTask(trx, {
      projectId: here.integration.project_id,
      fields: { title: 'A task', ...fields },
      actor: person,
    }),
  );
const edit = (taskId: number, fields: Partial<TaskFields>, ifMatch?: number) =>
  database.db.transaction().execute((trx) => editTask(trx, { taskId, fields, actor: person, ifMatch }));
const history = async (taskId: number) => (await listTaskHistory(database.db, taskId, { limit: 50 })).items;

test('a task begins as todo and medium, at version 1, with its making in the history', async () => {
  await fresh();
  const task = await create({ labels: [' Bug ', 'bug', 'ui'], assignees: ['Ann', 'ann'], due_date: '2026-12-24' });
  assert.deepEqual(
    [
      task.status,
      task.priority,
      task.version,
      task.labels,
      task.assignees,
      task.due_date,
      task.links,
      task.completed_at,
    ],
    ['todo', 'medium', 1, ['Bug', 'ui'], ['Ann'], '2026-12-24', [], null],
  );
  const [entry] = await history(task.id);
  assert.deepEqual([entry?.changes, entry?.actor, entry?.version], [[{ field: 'created' }], person, 1]);
});

test('an edit makes a version and says in the history who changed what', async () => {
  await fresh();
  const { id } = await create();
  const edited = await edit(id, { title: 'Other', status: 'done' }, 1);
  assert.equal(edited.version, 2);
  assert.ok(edited.completed_at);
  const [entry] = await history(id);
  assert.deepEqual(entry?.changes, [
    { field: 'title', from: 'A task', to: 'Other' },
    { field: 'status', from: 'todo', to: 'done' },
  ]);
  assert.equal((await edit(id, { status: 'blocked' })).completed_at, null);
});

test('an edit that changes nothing makes no version', async () => {
  await fresh();
  const { id } = await create({ labels: ['a', 'b'] });
  const same = await edit(id, { title: ' A task\r\n', labels: ['b', 'a', 'A'], description: '' });
  assert.equal(same.version, 1);
  assert.equal((await history(id)).length, 1);
});

test('If-Match with an older version is refused, and says which version it is now', async () => {
  await fresh();
  const { id } = await create();
  await edit(id, { title: 'Second' });
  await assert.rejects(
    edit(id, { title: 'Third' }, 1),
    (error: ApiError) => error.status === 412 && error.extensions.current_version === 2,
  );
});

test('edits of one task at the same time all count', async () => {
  await fresh();
  const { id } = await create();
  await Promise.all(Array.from({ length: 10 }, (_, index) => edit(id, { description: `text ${index}` })));
  assert.equal((await getTask(database.db, id))?.version, 11);
});

test('characters are counted as code points, in limits and in messages', async () => {
  await fresh();
  const longest = { title: '🌈'.repeat(256), description: '🌈'.repeat(65_536), labels: ['🌈'.repeat(50)] };
  assert.equal((await create(longest)).description, longest.description);
  await assert.rejects(create({ title: `${longest.title}x` }), (error: ApiError) => {
    assert.deepEqual(error.errors, [{ pointer: '/title', message: 'must have at most 256 characters; it has 257' }]);
    return true;
  });
});

test('what cannot be kept is refused, field by field', async () => {
  await fresh();
  const faults = {
    title: ' ',
    description: 'x'.repeat(65_537),
    labels: ['ok', '', 'y'.repeat(51)],
    assignees: ['z'.repeat(101)],
  };
  await assert.rejects(create(faults), (error: ApiError) => {
    assert.equal(error.status, 422);
    assert.deepEqual(
      error.errors?.map(({ pointer }) => pointer),
      ['/title', '/description', '/labels/1', '/labels/2', '/assignees/0'],
    );
    return true;
  });
  await assert.rejects(edit(999_999, { title: 'x' }), (error: ApiError) => error.status === 404);
});

test('a label that says a priority becomes the priority of a linked task, and stays a label of an unlinked one', async () => {
  await fresh();
  const plain = await create({ labels: ['urgent'] });
  assert.deepEqual([plain.labels, plain.priority], [['urgent'], 'medium']);
  await here.see(item());
  const linked = (await here.tasks()).find(({ links }) => links.length > 0);
  const id = linked?.id ?? 0;
  const edited = await edit(id, { labels: ['bug', 'Urgent'] });
  assert.deepEqual([edited.labels, edited.priority], [['bug'], 'high']);
  const both = await edit(id, { labels: ['bug', 'Urgent'], priority: 'low' });
  assert.deepEqual([both.labels, both.priority], [['bug'], 'low']);
});

test('an edit of a linked task is written down to be sent; one that the provider cannot see is not', async () => {
  await fresh();
  await here.see(item());
  const { id } = await here.onlyTask();
  await edit(id, { status: 'blocked', due_date: '2026-12-01' });
  assert.deepEqual(await here.intents(), []);
  const edited = await edit(id, { title: 'Mine' });
  assert.equal(edited.links[0]?.sync_state, 'pending');
  assert.equal((await here.intents()).length, 1);
  await edit(id, { title: 'Mine again' });
  assert.equal((await here.intents()).length, 1);
});

test('a deleted task is gone with its history; a stale version is refused', async () => {
  await fresh();
  const { id } = await create();
  const remove = (ifMatch?: number) =>
    database.db.transaction().execute((trx) => deleteTask(trx, { taskId: id, ifMatch }));
  await assert.rejects(remove(7), (error: ApiError) => error.status === 412);
  await remove();
  assert.equal(await getTask(database.db, id), undefined);
  await assert.rejects(remove(), (error: ApiError) => error.status === 404);
});

test('lists are filtered, newest first, in pages that stay right while tasks are added', async () => {
  await fresh();
  const ids: number[] = [];
  for (let index = 0; index < 5; index += 1) {
    const task = await create({
      title: `Task ${index} 100%`,
      labels: index % 2 === 0 ? ['Bug'] : ['docs'],
      assignees: index === 1 ? ['Ann'] : [],
      priority: index === 2 ? 'high' : 'medium',
      status: index === 4 ? 'done' : 'todo',
    });
    ids.push(task.id);
  }
  await here.see(item({ title: 'Linked', updatedAt: at(1) }));
  const list = async (filter: Partial<TaskFilter>) =>
    (await listTasks(database.db, { projectIds: [here.integration.project_id], ...filter }, { limit: 50 })).items.map(
      ({ title }) => title,
    );
  assert.deepEqual(await list({ label: 'bug' }), ['Task 4 100%', 'Task 2 100%', 'Task 0 100%']);
  assert.deepEqual(await list({ assignee: 'ann' }), ['Task 1 100%']);
  assert.deepEqual(await list({ priority: 'high' }), ['Task 2 100%']);
  assert.deepEqual(await list({ status: 'done' }), ['Task 4 100%']);
  assert.deepEqual(await list({ linked: true }), ['Linked']);
  assert.equal((await list({ linked: false })).length, 5);
  assert.deepEqual(await list({ sync_state: 'in_sync' }), ['Linked']);
  assert.deepEqual(await list({ projectIds: [] }), []);

  const filter = { projectIds: [here.integration.project_id] };
  const first = await listTasks(database.db, filter, { limit: 2 });
  await create({ title: 'Added' });
  const second = await listTasks(database.db, filter, { limit: 2, after: first.next ?? 0 });
  assert.deepEqual(
    [...first.items, ...second.items].map(({ title }) => title),
    ['Linked', 'Task 4 100%', 'Task 3 100%', 'Task 2 100%'],
  );
  assert.equal((await listTasks(database.db, filter, { limit: 2, after: ids[1] ?? 0 })).next, null);
});
