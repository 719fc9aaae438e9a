import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { createRecordedLog } from '../../../test/harness/recorded-log.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { person } from '../../../test/sync/fixtures.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY, repositoryRef } from '../../../test/sync/github-world.ts';
import type { TaskFields } from '../../tasks/task.ts';
import { createTask, editTask } from '../commands/edit-task.ts';
import { syncIssueToTask } from '../commands/issue-to-task.ts';
import { syncTaskToIssue } from '../commands/task-to-issue.ts';
import { startRefetchWorker } from '../inbound/refetch-worker.ts';
import type { Worker } from '../worker-pool.ts';
import { claimIntent } from './outbox-queries.ts';
import { startOutboxWorker, workOff } from './outbox-worker.ts';

let world: GitHubWorld;
let workers: Worker[] = [];
const setUp = async (config: Record<string, unknown> = {}): Promise<void> => {
  world = await createGitHubWorld(config);
  workers = [startOutboxWorker(world.deps), startRefetchWorker(world.deps)];
};
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  assert.deepEqual(world.github.violations, []);
  await world.close();
});

const newTask = async (fields: Partial<TaskFields> = {}): Promise<number> => {
  const task = await world.database.db.transaction().execute((trx) =>
    createTask(trx, {
      projectId: world.integration.project_id,
      fields: { title: 'Measure it', ...fields },
      actor: person,
    }),
  );
  return task.id;
};
const edit = (taskId: number, fields: Partial<TaskFields>) =>
  world.database.db.transaction().execute((trx) => editTask(trx, { taskId, fields, actor: person }));
const toIssue = (taskId: number, waitMs = 10_000) =>
  syncTaskToIssue(world.deps, {
    integrationId: world.integration.id,
    taskId,
    repository: repositoryRef,
    actor: person,
    waitMs,
  });
const issues = () => world.github.state.issues(REPOSITORY);
const onlyIssue = () => {
  const [issue, ...others] = issues();
  assert.ok(issue !== undefined && others.length === 0, `${issues().length} issues`);
  return issue;
};
const labelsOf = (issue: { labels: { name: string }[] }) => issue.labels.map(({ name }) => name).sort();

test('a task becomes an issue with its labels, the default labels and the label of its priority', async () => {
  await setUp({ default_labels: ['commandcenter'] });
  const id = await newTask({ description: 'Why.', labels: ['bug'], priority: 'high', assignees: ['octocat'] });
  const result = await toIssue(id);
  assert.deepEqual(result, { issue_number: 1, url: 'https://github.com/my-org/my-repo/issues/1', action: 'created' });
  await world.atRest();
  const issue = onlyIssue();
  assert.deepEqual(labelsOf(issue), ['bug', 'commandcenter', 'priority: high']);
  assert.deepEqual(
    issue.assignees.map(({ login }) => login),
    ['octocat'],
  );
  assert.match(issue.body ?? '', /^Why\.\n\n<!-- commandcenter:/);
  const task = await world.task();
  assert.deepEqual(
    [task.labels, task.priority, task.description, task.links[0]?.sync_state],
    [['bug', 'commandcenter'], 'high', 'Why.', 'in_sync'],
  );
  assert.deepEqual(await toIssue(id), { ...result, action: 'unchanged' });
});

test('edits of the task reach the issue, and their echo changes nothing', async () => {
  await setUp();
  await world.receiveWebhooks();
  const id = await newTask({ labels: ['bug'] });
  await toIssue(id);
  await edit(id, { title: 'Measured', description: 'New words.', priority: 'low', labels: ['docs'], status: 'done' });
  await world.atRest();
  const issue = onlyIssue();
  assert.deepEqual(
    [issue.title, issue.state, issue.stateReason, labelsOf(issue)],
    ['Measured', 'closed', 'completed', ['docs', 'priority: low']],
  );
  const { version } = await world.task();
  await edit(id, { status: 'cancelled' });
  await world.atRest();
  assert.deepEqual([onlyIssue().state, onlyIssue().stateReason], ['closed', 'not_planned']);
  await edit(id, { status: 'in_progress' });
  await world.atRest();
  assert.equal(onlyIssue().state, 'open');
  assert.deepEqual([(await world.task()).version, (await world.task()).status], [version + 2, 'in_progress']);
});

test('what one issue of a task changes reaches its issue in another repository, once', async () => {
  await setUp();
  await world.receiveWebhooks();
  const { github } = world;
  github.state.addRepository({ owner: 'my-org', name: 'other', collaborators: { 'cc-bot': 'admin' } });
  const taskId = await newTask();
  const first = await toIssue(taskId);
  const second = await syncTaskToIssue(world.deps, {
    integrationId: world.integration.id,
    taskId,
    repository: { owner: 'my-org', name: 'other' },
    actor: person,
    waitMs: 10_000,
  });
  assert.ok('issue_number' in first && 'issue_number' in second);
  await world.atRest();
  const there = () => github.state.issue({ repository: 'my-org/other', number: second.issue_number });

  github.state.editIssue({ repository: REPOSITORY, number: first.issue_number, title: 'Renamed', body: 'Text' });
  github.state.labelIssue({ repository: REPOSITORY, number: first.issue_number, labels: ['urgent', 'x'] });
  await waitFor('the other issue', () => there().title === 'Renamed' && there().labels.length === 2);
  await world.atRest();
  const writes = github.requests.count(({ method }) => method !== 'GET');
  const task = await world.task();
  assert.deepEqual([task.title, task.description, task.priority, task.labels], ['Renamed', 'Text', 'high', ['x']]);
  assert.deepEqual(
    task.links.map(({ sync_state }) => sync_state),
    ['in_sync', 'in_sync'],
  );
  await github.webhooks.idle();
  await world.atRest();
  assert.equal(
    github.requests.count(({ method }) => method !== 'GET'),
    writes,
  );
});

test('a finished task becomes an issue that is closed', async () => {
  await setUp();
  await toIssue(await newTask({ status: 'cancelled' }));
  await world.atRest();
  assert.deepEqual([onlyIssue().state, onlyIssue().stateReason], ['closed', 'not_planned']);
});

test('the webhook that overtakes the response of the create makes no twin', async () => {
  await setUp();
  await world.receiveWebhooks();
  world.github.webhooksOvertake = true;
  for (let count = 1; count <= 5; count += 1) await toIssue(await newTask({ title: `Task ${count}` }));
  await world.atRest();
  assert.equal((await world.here.tasks()).length, 5);
  assert.equal(issues().length, 5);
});

test('a time-out after GitHub made the issue: it is found again, not made twice', async () => {
  await setUp();
  world.github.fault({ kind: 'reset', method: 'POST', path: /\/issues$/ });
  const id = await newTask();
  const result = await toIssue(id, 30_000);
  assert.deepEqual(result, { issue_number: 1, url: 'https://github.com/my-org/my-repo/issues/1', action: 'created' });
  await world.atRest();
  assert.equal(issues().length, 1);
});

test('a failure before GitHub made the issue: it is made once', async () => {
  await setUp();
  world.github.fault({ kind: 'reset_before', method: 'POST', path: /\/issues$/ });
  await toIssue(await newTask(), 30_000);
  await world.atRest();
  assert.equal(issues().length, 1);
});

test('an assignee and a label that GitHub refuses stay on the task and are not sent again', async () => {
  await setUp();
  const id = await newTask({ assignees: ['octocat', 'nobody-we-know'] });
  await toIssue(id);
  await world.atRest();
  assert.deepEqual(
    onlyIssue().assignees.map(({ login }) => login),
    ['octocat'],
  );
  assert.deepEqual((await world.task()).assignees, ['octocat', 'nobody-we-know']);
  world.github.requests.reset();
  await edit(id, { title: 'Other' });
  await world.atRest();
  assert.equal(
    world.github.requests.count(({ body }) => JSON.stringify(body).includes('nobody-we-know')),
    0,
  );
  assert.deepEqual((await world.task()).assignees, ['octocat', 'nobody-we-know']);
});

test('an outage: the edit waits and arrives, and nothing is lost', async () => {
  await setUp();
  const id = await newTask();
  await toIssue(id);
  const outage = world.github.outage(503);
  await edit(id, { title: 'During the outage' });
  await waitFor('the failure to show', async () => (await world.task()).links[0]?.last_error ?? undefined, 60_000);
  outage.clear();
  await world.atRest();
  assert.equal(onlyIssue().title, 'During the outage');
  assert.deepEqual(
    [(await world.task()).links[0]?.sync_state, (await world.task()).links[0]?.last_error],
    ['in_sync', null],
  );
});

test('an issue deleted at GitHub while the task was edited is not made anew', async () => {
  await setUp();
  const id = await newTask();
  await toIssue(id);
  await world.atRest();
  world.github.state.deleteIssue({ repository: REPOSITORY, number: 1 });
  await edit(id, { title: 'Too late' });
  await world.atRest();
  assert.deepEqual(issues(), []);
  const task = await world.task();
  assert.deepEqual([task.title, task.links[0]?.sync_state], ['Too late', 'deleted']);
  const [entry] = await world.database.db
    .selectFrom('task_history')
    .selectAll()
    .where('task_id', '=', id)
    .orderBy('id', 'desc')
    .execute();
  assert.match(JSON.stringify(entry?.changes), /The edit stays here only/);
});

test('what GitHub refuses as invalid is an error of the link, tried again when the task changes', async () => {
  await setUp();
  const id = await newTask();
  await toIssue(id);
  world.github.fault({
    kind: 'status',
    method: 'PATCH',
    path: /\/issues\/1$/,
    status: 422,
    body: { message: 'Validation Failed', errors: [] },
  });
  await edit(id, { title: 'Refused' });
  await waitFor('the link to be in error', async () => (await world.task()).links[0]?.sync_state === 'error');
  await edit(id, { description: 'And more' });
  await world.atRest();
  assert.deepEqual([onlyIssue().title, (await world.task()).links[0]?.sync_state], ['Refused', 'in_sync']);
});

test('a repository that is not there: the caller is told, and the task keeps no dead link', async () => {
  await setUp();
  const taskId = await newTask();
  const asked = syncTaskToIssue(world.deps, {
    integrationId: world.integration.id,
    taskId,
    repository: { owner: 'my-org', name: 'missing' },
    actor: person,
    waitMs: 10_000,
  });
  await assert.rejects(asked, { status: 404, code: 'sync.refused' });
  assert.deepEqual((await world.task()).links, []);
  assert.equal(((await toIssue(taskId)) as { issue_number: number }).issue_number, 1);
});

test('several edits that waited through an outage all arrive soon after the first', async () => {
  await setUp();
  const ids: number[] = [];
  for (let count = 1; count <= 3; count += 1) ids.push(await newTask({ title: `Task ${count}` }));
  for (const id of ids) await toIssue(id);
  const outage = world.github.outage(502);
  for (const id of ids) await edit(id, { description: 'Written in the dark' });
  await waitFor(
    'the failure to show',
    async () => (await world.here.tasks())[0]?.links[0]?.last_error ?? undefined,
    60_000,
  );
  outage.clear();
  await world.atRest();
  assert.deepEqual(
    issues().map(({ body }) => body),
    ids.map(() => 'Written in the dark'),
  );
});

test('a revoked token: edits wait until the integration works again', async () => {
  await setUp();
  const id = await newTask();
  await toIssue(id);
  world.github.fault({
    kind: 'status',
    path: /./,
    status: 401,
    body: { message: 'Bad credentials' },
    times: Number.POSITIVE_INFINITY,
  });
  await edit(id, { title: 'Waiting' });
  await waitFor('the integration to be blocked', async () => {
    const row = await world.database.db.selectFrom('integrations').select('auth_blocked').executeTakeFirstOrThrow();
    return row.auth_blocked;
  });
  world.github.clearFaults();
  await world.host.test(world.integration.id);
  await world.atRest();
  assert.equal(onlyIssue().title, 'Waiting');
});

test('edits of both sides at once, again and again, end equal', async () => {
  await setUp();
  await world.receiveWebhooks();
  const id = await newTask({ labels: ['start'] });
  await toIssue(id);
  for (let round = 1; round <= 6; round += 1) {
    await edit(id, { description: `Text ${round}`, labels: ['start', `ours-${round}`] });
    world.github.state.editIssue({ repository: REPOSITORY, number: 1, title: `Title ${round}` });
    world.github.state.labelIssue({ repository: REPOSITORY, number: 1, labels: [`theirs-${round}`] });
  }
  await world.atRest();
  const task = await world.task();
  const issue = onlyIssue();
  assert.equal(task.title, issue.title);
  assert.equal(task.description, 'Text 6');
  assert.deepEqual([...task.labels].sort(), labelsOf(issue));
  assert.equal(task.links[0]?.sync_state, 'in_sync');
});

test('webhooks delivered in another order, and twice, end at what GitHub has', async () => {
  await setUp();
  await world.receiveWebhooks();
  world.github.webhooks.pause();
  world.github.state.addIssue({ repository: REPOSITORY, title: 'v0', labels: ['bug'] });
  for (let round = 1; round <= 8; round += 1) {
    world.github.state.editIssue({ repository: REPOSITORY, number: 1, title: `v${round}`, body: `body ${round}` });
    world.github.state.labelIssue({ repository: REPOSITORY, number: 1, labels: [`l${round}`] });
  }
  world.github.state.closeIssue({ repository: REPOSITORY, number: 1, reason: 'not_planned' });
  world.github.webhooks.resume((held) => [...held, ...held].reverse());
  await world.atRest();
  const task = await world.task();
  assert.deepEqual([task.title, task.description, task.status], ['v8', 'body 8', 'cancelled']);
  assert.deepEqual([...task.labels].sort(), labelsOf(onlyIssue()));
});

test('issue to task: made, unchanged, updated, and made anew when a person asks after its task was deleted', async () => {
  await setUp({ auto_sync: false });
  world.github.state.addIssue({ repository: REPOSITORY, title: 'By hand' });
  const sync = () =>
    syncIssueToTask(world.deps, { integrationId: world.integration.id, repository: repositoryRef, issueNumber: 1 });
  const { task_id, action } = await sync();
  assert.equal(action, 'created');
  assert.deepEqual(await sync(), { task_id, action: 'unchanged' });
  world.github.state.editIssue({ repository: REPOSITORY, number: 1, title: 'Changed' });
  assert.deepEqual(await sync(), { task_id, action: 'updated' });
  assert.equal((await world.task()).title, 'Changed');
});

test('a write whose lease another worker has taken stores nothing, and says so in the log', async () => {
  world = await createGitHubWorld();
  workers = [];
  const { db } = world.database;
  const { log, records } = createRecordedLog();
  await toIssue(await newTask(), 0).catch(() => undefined);
  const intent = await claimIntent(db, { owner: crypto.randomUUID(), leaseSeconds: 60, except: [] });
  assert.ok(intent);
  await db.updateTable('outbox').set({ lease_owner: crypto.randomUUID() }).where('id', '=', intent.id).execute();
  await workOff({ ...world.deps, log }, intent, 60, AbortSignal.timeout(60_000));
  assert.deepEqual(issues(), []);
  assert.equal(records.length, 1);
  assert.equal(records[0]?.link, intent.link_id);
  assert.match(records[0]?.msg ?? '', /lease of a write was lost.*reads the item before it writes/);
});
