import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Delivery } from '@commandcenter/fake-github';
import type { ExternalItem } from '@commandcenter/integration-kit';
import { findIntegration } from '../../src/integrations/integration-queries.ts';
import { createTask, editTask } from '../../src/sync/commands/edit-task.ts';
import { syncTaskToIssue } from '../../src/sync/commands/task-to-issue.ts';
import { startRefetchWorker } from '../../src/sync/inbound/refetch-worker.ts';
import { startOutboxWorker } from '../../src/sync/outbound/outbox-worker.ts';
import type { Worker } from '../../src/sync/worker-pool.ts';
import { waitFor } from '../harness/wait-for.ts';
import { person } from './fixtures.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY, repositoryRef } from './github-world.ts';

let world: GitHubWorld;
let workers: Worker[];
beforeEach(async () => {
  world = await createGitHubWorld();
  workers = [startOutboxWorker(world.deps), startRefetchWorker(world.deps)];
  await world.receiveWebhooks();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  assert.deepEqual(world.github.violations, []);
  await world.close();
});

const issue = (number: number) => world.github.state.issue({ repository: REPOSITORY, number });
const labelsOf = ({ labels }: { labels: { name: string }[] }) => labels.map(({ name }) => name).sort();
const edit = (taskId: number, fields: Parameters<typeof editTask>[1]['fields']) =>
  world.database.db.transaction().execute((trx) => editTask(trx, { taskId, fields, actor: person }));

test('an issue that moves to another repository keeps its task, in whatever order its events come', async () => {
  world.github.state.addRepository({ owner: 'my-org', name: 'other', collaborators: { 'cc-bot': 'admin' } });
  const [hook] = world.github.state.hooksOf(REPOSITORY);
  world.github.state.addWebhook({ repository: 'my-org/other', url: hook?.url ?? '' });
  for (const [index, arrange] of [undefined, (held: readonly Delivery[]) => held.toReversed()].entries()) {
    const { number } = world.github.state.addIssue({ repository: REPOSITORY, title: `Moves ${index}` });
    await world.atRest();
    const before = (await world.here.tasks()).find(({ title }) => title === `Moves ${index}`);
    world.github.webhooks.pause();
    const moved = world.github.state.transferIssue({ repository: REPOSITORY, number, to: 'my-org/other' });
    world.github.webhooks.resume(arrange);
    await world.atRest();
    const tasks = (await world.here.tasks()).filter(({ title }) => title === `Moves ${index}`);
    assert.deepEqual(
      tasks.map(({ id }) => id),
      [before?.id],
    );
    assert.deepEqual(
      tasks[0]?.links.map(({ repository, number: at, external_id }) => [repository, at, external_id]),
      [['my-org/other', moved.number, String(moved.id)]],
    );
    await edit(before?.id ?? 0, { description: 'Still followed' });
    await world.atRest();
    assert.equal(world.github.state.issue({ repository: 'my-org/other', number: moved.number }).body, 'Still followed');
  }
});

test('a label renamed and one deleted at GitHub change the tasks, and nothing is written back', async () => {
  for (const labels of [['bug', 'ui'], ['BUG'], ['docs', 'urgent']])
    world.github.state.addIssue({ repository: REPOSITORY, title: labels.join(), labels });
  await world.atRest();
  world.github.requests.reset();
  world.github.state.renameLabel({ repository: REPOSITORY, name: 'bug', newName: 'defect' });
  world.github.state.deleteLabel({ repository: REPOSITORY, name: 'ui' });
  world.github.state.renameLabel({ repository: REPOSITORY, name: 'urgent', newName: 'p1' });
  await world.atRest();
  const tasks = await world.here.tasks();
  assert.deepEqual(
    tasks.map(({ labels, priority }) => [labels, priority]),
    [
      [['defect'], 'medium'],
      [['defect'], 'medium'],
      [['docs', 'p1'], 'medium'],
    ],
  );
  assert.equal(
    world.github.requests.count(({ method }) => method !== 'GET'),
    0,
  );
});

test('a changed priority takes the place of every label that said the old one', async () => {
  world.github.state.addIssue({ repository: REPOSITORY, title: 'Hot', labels: ['Critical', 'urgent', 'bug'] });
  await world.atRest();
  const { id, priority } = await world.task();
  assert.equal(priority, 'high');
  await edit(id, { priority: 'low' });
  await world.atRest();
  assert.deepEqual(labelsOf(issue(1)), ['bug', 'priority: low']);
  assert.equal((await world.task()).priority, 'low');
  await edit(id, { priority: 'medium' });
  await world.atRest();
  assert.deepEqual([labelsOf(issue(1)), (await world.task()).priority], [['bug'], 'medium']);
});

test('a deleted issue leaves its task alone; later edits of the task go nowhere', async () => {
  world.github.state.addIssue({ repository: REPOSITORY, title: 'Going' });
  await world.atRest();
  world.github.state.deleteIssue({ repository: REPOSITORY, number: 1 });
  await world.atRest();
  const { id, links } = await world.task();
  assert.equal(links[0]?.sync_state, 'deleted');
  world.github.requests.reset();
  await edit(id, { title: 'Stays here' });
  await world.atRest();
  assert.equal(world.github.requests.total, 0);
});

test('a burst on both sides, with doubled and reordered webhooks, ends equal for every task', async () => {
  const { db } = world.database;
  const ours: number[] = [];
  for (let count = 1; count <= 4; count += 1) {
    const { id } = await db
      .transaction()
      .execute((trx) =>
        createTask(trx, { projectId: world.integration.project_id, fields: { title: `Ours ${count}` }, actor: person }),
      );
    ours.push(id);
    await syncTaskToIssue(world.deps, {
      integrationId: world.integration.id,
      taskId: id,
      repository: repositoryRef,
      actor: person,
      waitMs: 20_000,
    });
  }
  for (let count = 1; count <= 4; count += 1)
    world.github.state.addIssue({ repository: REPOSITORY, title: `Theirs ${count}` });
  await world.atRest();
  const tasks = await world.here.tasks();
  assert.equal(tasks.length, 8);
  world.github.webhooks.pause();
  for (let round = 1; round <= 3; round += 1) {
    for (const task of tasks) {
      const number = task.links[0]?.number ?? 0;
      await edit(task.id, {
        description: `Here ${round}`,
        labels: [`here-${round}`],
        assignees: round === 2 ? ['octocat'] : [],
      });
      world.github.state.labelIssue({ repository: REPOSITORY, number, labels: [`there-${round}`] });
      if (round === 2) world.github.state.closeIssue({ repository: REPOSITORY, number, reason: 'completed' });
      if (round === 3) world.github.state.editIssue({ repository: REPOSITORY, number, title: `There ${number}` });
    }
  }
  world.github.webhooks.resume((held) => [...held, ...held].sort((left, right) => (left.id < right.id ? 1 : -1)));
  await world.atRest();
  for (const task of await world.here.tasks()) {
    const there = issue(task.links[0]?.number ?? 0);
    assert.equal(task.links[0]?.sync_state, 'in_sync');
    assert.equal(task.title, there.title);
    assert.equal(task.status, there.state === 'closed' ? 'done' : 'todo');
    assert.equal(task.description, 'Here 3');
    assert.deepEqual([...task.labels].sort(), labelsOf(there));
    assert.deepEqual(
      task.assignees,
      there.assignees.map(({ login }) => login),
    );
  }
  assert.equal((await world.here.tasks()).length, 8);
});

test('two events of one second disable nothing while GitHub is away, and the item is read when it responds', async () => {
  const { id, number } = world.github.state.addIssue({ repository: REPOSITORY, title: 'True' });
  await world.atRest();
  const { url } = (await world.task()).links[0] ?? {};
  const { updatedAt } = issue(number);
  const item: ExternalItem = {
    externalId: String(id),
    number,
    url: url ?? '',
    repository: repositoryRef,
    title: 'True',
    body: '',
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    author: null,
    createdAt: updatedAt,
    updatedAt,
  };
  await world.github.down();
  for (const title of ['Other 1', 'Other 2', 'Other 3', 'Other 4', 'Other 5', 'Other 6']) {
    assert.equal((await world.here.see({ ...item, title }))[0]?.kind, 'refetch_requested');
    await waitFor(`"${title}" stands`, async () => (await world.task()).title === title, 30_000);
  }
  const health = await findIntegration(world.database.db, world.integration.id);
  assert.deepEqual([health?.enabled, health?.error_count], [true, 1]);
  await world.github.up();
  await waitFor('GitHub has answered', async () => (await world.task()).title === 'True', 60_000);
});
