import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { syncIssueToTask } from '../../src/sync/commands/issue-to-task.ts';
import { startImport } from '../../src/sync/commands/start-import.ts';
import { createImportJob } from '../../src/sync/inbound/import-job.ts';
import { waitFor } from '../harness/wait-for.ts';
import { person } from './fixtures.ts';
import { REPOSITORY, repositoryRef } from './github-world.ts';
import { runJob } from './run-job.ts';
import { RunningSync } from './running-sync.ts';

/** A GitHub Enterprise Server before version 3.6, whose issues have no `state_reason`. Its clock moves only when a test moves it. */
let sync: RunningSync;
let now: number;
beforeEach(async () => {
  now = Math.floor(Date.now() / 1000) * 1000;
  sync = await RunningSync.start({}, { clock: { now: () => new Date(now) } });
  sync.world.github.settings.omitStateReason = true;
});
afterEach(() => sync.close());

const nextSecond = (): void => {
  now += 1000;
};
const issue = (number = 1) => sync.state.issue({ repository: REPOSITORY, number });
const statusOf = async (task: number) => (await sync.task(task)).status;

/** Adds an issue, and returns its task when everything is at rest. */
async function follow(title: string): Promise<number> {
  const task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title }));
  await sync.world.atRest();
  nextSecond();
  return task;
}

async function end(task: number, status: 'done' | 'cancelled'): Promise<void> {
  await sync.edit(task, { status });
  await sync.world.atRest();
  nextSecond();
}

/** Edits the title at GitHub and loses the event. Then calls `find`, and waits until the task has the title. */
async function missEdit(number: number, task: number, title: string, find: () => Promise<unknown>): Promise<void> {
  sync.world.github.webhooks.drop = () => true;
  sync.state.editIssue({ repository: REPOSITORY, number, title });
  await sync.world.github.webhooks.idle();
  sync.world.github.webhooks.drop = null;
  await find();
  await waitFor(`the title "${title}"`, async () => (await sync.task(task)).title === title);
  nextSecond();
}

const importAll = async () => {
  const { database, deps, integration } = sync.world;
  const { id } = await startImport(deps, {
    integrationId: integration.id,
    repository: repositoryRef,
    dryRun: false,
    actor: person,
  });
  await runJob(database.db, createImportJob(deps), id);
};
const readNow = (issueNumber: number) =>
  syncIssueToTask(sync.world.deps, {
    integrationId: sync.world.integration.id,
    repository: repositoryRef,
    issueNumber,
  });

test('a cancelled task stays cancelled and a finished one done, through write, webhook, poll, import and reads', async () => {
  await sync.world.receiveWebhooks();
  const cancelled = await follow('Cancelled here');
  const done = await follow('Finished here');
  const expectBoth = async (by: string): Promise<void> => {
    await sync.world.atRest();
    assert.deepEqual([await statusOf(cancelled), await statusOf(done)], ['cancelled', 'done'], by);
  };
  await end(cancelled, 'cancelled');
  await end(done, 'done');
  assert.deepEqual([issue(1).state, issue(2).state], ['closed', 'closed']);
  await expectBoth('the writes and their webhooks');

  sync.state.editIssue({ repository: REPOSITORY, number: 1, title: 'By webhook' });
  sync.state.editIssue({ repository: REPOSITORY, number: 2, body: 'By webhook' });
  nextSecond();
  await expectBoth('webhooks of later edits');

  await missEdit(1, cancelled, 'By poll', () => sync.pollNow());
  await missEdit(2, done, 'By poll', () => sync.pollNow());
  await expectBoth('polls');

  await missEdit(1, cancelled, 'By import', importAll);
  await missEdit(2, done, 'By import', importAll);
  await expectBoth('imports');

  sync.world.github.requests.reset();
  assert.deepEqual([(await readNow(1)).action, (await readNow(2)).action], ['unchanged', 'unchanged']);
  const reads = sync.world.github.requests.all().filter(({ path }) => path.endsWith('/issues/1'));
  assert.equal(reads.length, 1, 'an issue that did not change is read once');
  await missEdit(1, cancelled, 'By read', () => readNow(1));
  await missEdit(2, done, 'By read', () => readNow(2));
  await expectBoth('reads');

  sync.world.github.requests.reset();
  await sync.edit(cancelled, { title: 'Edited here' });
  await expectBoth('a later write');
  assert.deepEqual(sync.writesTo(REPOSITORY), [`PATCH /repos/${REPOSITORY}/issues/1 200`]);
});

test('an issue that is reopened and closed there ends as a finished task, and can be cancelled here again', async () => {
  await sync.world.receiveWebhooks();
  const task = await follow('Comes back');
  await end(task, 'cancelled');
  sync.state.reopenIssue({ repository: REPOSITORY, number: 1 });
  await sync.world.atRest();
  assert.equal(await statusOf(task), 'todo');
  nextSecond();
  sync.state.closeIssue({ repository: REPOSITORY, number: 1 });
  await sync.world.atRest();
  assert.equal(await statusOf(task), 'done');
  nextSecond();
  await end(task, 'cancelled');
  await readNow(1);
  assert.deepEqual([issue().state, await statusOf(task)], ['closed', 'cancelled']);
});

test('a task that is reopened here opens its issue, and is cancelled again', async () => {
  await sync.world.receiveWebhooks();
  const task = await follow('Goes on');
  await end(task, 'cancelled');
  await sync.edit(task, { status: 'in_progress' });
  await sync.world.atRest();
  assert.deepEqual([issue().state, await statusOf(task)], ['open', 'in_progress']);
  nextSecond();
  await end(task, 'cancelled');
  await readNow(1);
  assert.deepEqual([issue().state, await statusOf(task)], ['closed', 'cancelled']);
});

test('a task stays cancelled when an event of the same second came before the response to its write', async () => {
  await sync.world.receiveWebhooks();
  const task = await follow('Crowded second');
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  const hold = sync.world.github.fault({ kind: 'delay', method: 'PATCH', path: /\/issues\/1$/, until });
  await sync.edit(task, { status: 'cancelled' });
  await waitFor('our write', () => hold.hits > 0);
  sync.state.labelIssue({ repository: REPOSITORY, number: 1, labels: ['theirs'] });
  await waitFor('the label', async () => (await sync.task(task)).labels.includes('theirs'));
  sync.world.github.webhooks.pause();
  release();
  await sync.inSync(task);
  sync.world.github.webhooks.resume();
  await sync.world.atRest();
  assert.deepEqual([issue().state, await statusOf(task)], ['closed', 'cancelled']);
  assert.deepEqual(await sync.conflicts(task), []);
});

test('a task stays cancelled when the response to its write was lost, and follows the issue afterwards', async () => {
  await sync.world.receiveWebhooks();
  const task = await follow('Lost response');
  sync.world.github.webhooks.drop = () => true;
  sync.world.github.fault({ kind: 'reset', method: 'PATCH', path: /\/issues\/1$/ });
  await sync.edit(task, { status: 'cancelled' });
  await sync.inSync(task);
  assert.equal(await statusOf(task), 'cancelled');
  const { writes } = await sync.link(task);
  assert.deepEqual(
    writes.filter(({ answered }) => answered === undefined),
    [],
    'the read that finds the issue closed answers the write',
  );
  sync.world.github.webhooks.drop = null;
  nextSecond();
  sync.state.reopenIssue({ repository: REPOSITORY, number: 1 });
  await sync.world.atRest();
  nextSecond();
  sync.state.closeIssue({ repository: REPOSITORY, number: 1 });
  await sync.world.atRest();
  assert.equal(await statusOf(task), 'done');
});
