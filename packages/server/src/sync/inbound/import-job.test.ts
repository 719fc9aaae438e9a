import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { person } from '../../../test/sync/fixtures.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY, repositoryRef } from '../../../test/sync/github-world.ts';
import { runJob } from '../../../test/sync/run-job.ts';
import { deleteTask } from '../commands/edit-task.ts';
import { startImport } from '../commands/start-import.ts';
import { createImportJob } from './import-job.ts';
import { startRefetchWorker } from './refetch-worker.ts';

let world: GitHubWorld;
beforeEach(async () => {
  world = await createGitHubWorld({ auto_sync: false });
});
afterEach(async () => {
  assert.deepEqual(world.github.violations, []);
  await world.close();
});

const start = (dryRun = false) =>
  startImport(world.deps, { integrationId: world.integration.id, repository: repositoryRef, dryRun, actor: person });
const importAll = async (dryRun = false) =>
  runJob(world.database.db, createImportJob(world.deps), (await start(dryRun)).id);
const addIssues = (count: number) =>
  world.github.state.addIssues({
    repository: REPOSITORY,
    count,
    make: (index) => ({ title: `Issue ${index}`, labels: index % 3 === 0 ? ['urgent'] : [] }),
  });
const listings = () => world.github.requests.all().filter(({ path }) => path.endsWith('/issues'));

test('an import makes a task of every issue, open and closed, one request a hundred, and reports how far it is', async () => {
  addIssues(250);
  world.github.state.closeIssue({ repository: REPOSITORY, number: 7, reason: 'not_planned' });
  const { result, steps } = await importAll();
  assert.deepEqual(result, {
    repository: REPOSITORY,
    dry_run: false,
    pages: 3,
    unchanged_pages: 0,
    seen: 250,
    created: 250,
    updated: 0,
    unchanged: 0,
    deleted_here: 0,
  });
  assert.equal(world.github.requests.total, 4);
  const tasks = await world.here.tasks();
  assert.equal(tasks.length, 250);
  assert.equal(tasks.filter(({ priority }) => priority === 'high').length, 84);
  assert.equal(tasks.find(({ links }) => links[0]?.number === 7)?.status, 'cancelled');
  assert.equal(steps.at(-1)?.percent, 100);
});

test('repeated on an unchanged repository, it makes no twin and all pages but the last are 304', async () => {
  addIssues(250);
  await importAll();
  world.github.requests.reset();
  const { result } = await importAll();
  assert.deepEqual(
    listings().map(({ status }) => status),
    [304, 304, 200],
  );
  assert.ok(world.github.requests.all().filter(({ status }) => status !== 304).length <= 2);
  assert.equal((result as { created: number }).created, 0);
  assert.equal((await world.here.tasks()).length, 250);
});

test('repeated after changes, it brings those in, and issues beyond a page that was the last', async () => {
  addIssues(200);
  await importAll();
  world.github.state.editIssue({ repository: REPOSITORY, number: 3, title: 'Changed' });
  addIssues(5);
  const { result } = await importAll();
  assert.equal((result as { created: number }).created, 5);
  // Changed in the second in which it was imported, it is read once more.
  const worker = startRefetchWorker(world.deps);
  await waitFor('the change', async () => (await world.here.tasks()).some(({ title }) => title === 'Changed'));
  await worker.stop();
});

test('a dry run says what it would do and does nothing', async () => {
  addIssues(120);
  const { result } = await importAll(true);
  const { created, would } = result as { created: number; would: unknown[] };
  assert.equal(created, 120);
  assert.equal(would.length, 100);
  assert.deepEqual(would[0], {
    action: 'create',
    number: 1,
    title: 'Issue 0',
    url: `https://github.com/${REPOSITORY}/issues/1`,
  });
  assert.deepEqual(await world.here.tasks(), []);
  assert.equal((await world.database.db.selectFrom('repositories').selectAll().execute()).length, 0);
  assert.equal((await importAll()).result && (await world.here.tasks()).length, 120);
});

test('a task that was deleted here is not made again', async () => {
  addIssues(3);
  await importAll();
  const [task] = await world.here.tasks();
  await world.database.db.transaction().execute((trx) => deleteTask(trx, { taskId: task?.id ?? 0 }));
  world.github.state.editIssue({ repository: REPOSITORY, number: 1, title: 'Changed' });
  const { result } = await importAll();
  assert.equal((result as { deleted_here: number }).deleted_here, 1);
  assert.equal((await world.here.tasks()).length, 2);
});

test('a worker that dies in the middle: the next one goes on from the checkpoint', async () => {
  addIssues(350);
  const job = await start();
  const handler = createImportJob(world.deps);
  const dying = new AbortController();
  const fault = world.github.fault({ kind: 'hang', path: /\/issues$/, skip: 2 });
  const first = runJob(world.database.db, handler, job.id, dying.signal);
  while (fault.hits === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  dying.abort();
  await assert.rejects(first);
  world.github.clearFaults();
  assert.equal((await world.here.tasks()).length, 200);
  world.github.requests.reset();
  const { result } = await runJob(world.database.db, handler, job.id);
  assert.equal(listings().length, 2);
  assert.deepEqual([(result as { seen: number }).seen, (await world.here.tasks()).length], [350, 350]);
});

test('the same import asked for twice while it runs is one job', async () => {
  assert.equal((await start()).id, (await start()).id);
  assert.notEqual((await start()).id, (await start(true)).id);
});
