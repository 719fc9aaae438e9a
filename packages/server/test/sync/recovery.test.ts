import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createTask, deleteTask, editTask } from '../../src/sync/commands/edit-task.ts';
import { syncTaskToIssue } from '../../src/sync/commands/task-to-issue.ts';
import { findLink } from '../../src/sync/link/link-queries.ts';
import { waitFor } from '../harness/wait-for.ts';
import { person } from './fixtures.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY, repositoryRef } from './github-world.ts';

let world: GitHubWorld;
let processes: ChildProcess[] = [];
beforeEach(async () => {
  world = await createGitHubWorld();
});
afterEach(async () => {
  for (const child of processes) child.kill('SIGKILL');
  processes = [];
  await world.close();
});

function startWorkerProcess(): ChildProcess {
  const script = join(import.meta.dirname, 'outbox-process.ts');
  const child = spawn(process.execPath, [script, world.database.url, world.encryptionKeys], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  processes.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

async function askForIssue(): Promise<number> {
  const { db } = world.database;
  const task = await db
    .transaction()
    .execute((trx) =>
      createTask(trx, { projectId: world.integration.project_id, fields: { title: 'Survives' }, actor: person }),
    );
  await syncTaskToIssue(world.deps, {
    integrationId: world.integration.id,
    taskId: task.id,
    repository: repositoryRef,
    actor: person,
    waitMs: 0,
  });
  return task.id;
}

const issues = () => world.github.state.issues(REPOSITORY);
const bound = () =>
  waitFor(
    'the issue to be found',
    async () => (await world.here.links()).find(({ external_id }) => external_id !== null),
    60_000,
  );

test('kill -9 between the create and its response: the next worker finds the issue, and edits made meanwhile reach it', async () => {
  const id = await askForIssue();
  world.github.fault({ kind: 'timeout_after_write', method: 'POST', path: /\/issues$/ });
  const first = startWorkerProcess();
  await waitFor('the issue to be made', () => issues().length === 1);
  await kill(first);
  assert.equal((await world.here.links())[0]?.external_id, null);
  await world.database.db
    .transaction()
    .execute((trx) => editTask(trx, { taskId: id, fields: { title: 'Edited meanwhile' }, actor: person }));
  startWorkerProcess();
  await bound();
  await world.atRest();
  assert.equal(issues().length, 1);
  assert.equal(issues()[0]?.title, 'Edited meanwhile');
  assert.equal((await world.task()).links[0]?.sync_state, 'in_sync');
});

test('kill -9 while GitHub works on the create: the next worker waits for the issue instead of making another', async () => {
  await askForIssue();
  const fault = world.github.fault({ kind: 'delay', method: 'POST', path: /\/issues$/, delayMs: 9000 });
  const first = startWorkerProcess();
  await waitFor('the request', () => fault.hits > 0);
  await kill(first);
  startWorkerProcess();
  await bound();
  await waitFor('the issue to be made', () => issues().length > 0);
  await world.atRest();
  assert.equal(issues().length, 1);
  const creates = world.github.requests.count(({ method, path }) => method === 'POST' && path.endsWith('/issues'));
  assert.equal(creates, 1);
});

test('kill -9 before GitHub made the issue: the next worker makes it once, when the first create cannot arrive any more', async () => {
  await askForIssue();
  const fault = world.github.fault({ kind: 'hang', method: 'POST', path: /\/issues$/ });
  const first = startWorkerProcess();
  await waitFor('the request', () => fault.hits > 0);
  await kill(first);
  startWorkerProcess();
  await bound();
  assert.equal(issues().length, 1);
});

test('the webhook of a create whose task was deleted meanwhile makes no task', async () => {
  await world.receiveWebhooks();
  const id = await askForIssue();
  world.github.webhooks.pause();
  world.github.fault({ kind: 'timeout_after_write', method: 'POST', path: /\/issues$/ });
  startWorkerProcess();
  await waitFor('the issue to be made', () => issues().length === 1);
  await world.database.db.transaction().execute((trx) => deleteTask(trx, { taskId: id }));
  world.github.webhooks.resume();
  const [tombstone] = await world.here.links();
  await waitFor(
    'the tombstone to know its issue',
    async () => (await findLink(world.database.db, tombstone?.id ?? 0))?.external_id ?? undefined,
  );
  assert.deepEqual(await world.here.tasks(), []);
});
