import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from '../../../test/sync/github-world.ts';
import { ImportJobs } from '../../../test/sync/import-jobs.ts';
import { statementsOf } from '../../../test/sync/statements-of.ts';
import { deleteTask } from '../commands/edit-task.ts';
import { startRefetchWorker } from './refetch-worker.ts';

let world: GitHubWorld;
let jobs: ImportJobs;
beforeEach(async () => {
  world = await createGitHubWorld({ auto_sync: false });
  jobs = new ImportJobs(world);
});
afterEach(async () => {
  assert.deepEqual(world.github.violations, []);
  await world.close();
});

const addIssues = (count: number) =>
  world.github.state.addIssues({
    repository: REPOSITORY,
    count,
    make: (index) => ({ title: `Issue ${index}`, labels: index % 3 === 0 ? ['urgent'] : [] }),
  });
const statuses = () => jobs.requests().map(({ status }) => status);
const rowsOf = async (table: 'listing_pages' | 'import_pages' | 'repositories' | 'repository_polls' | 'links') =>
  (await world.database.db.selectFrom(table).selectAll().execute()).length;

test('an import makes a task of every issue, open and closed, with one request a hundred and three more, and says what it did', async () => {
  addIssues(250);
  world.github.state.closeIssue({ repository: REPOSITORY, number: 7, reason: 'not_planned' });
  const { result, steps } = await jobs.run();
  assert.deepEqual(result, {
    repository: REPOSITORY,
    dry_run: false,
    summary: 'Compared 250 issues: 250 tasks created.',
    pages: 3,
    unchanged_pages: 0,
    seen: 250,
    created: 250,
    updated: 0,
    unchanged: 0,
    deleted_here: 0,
    missing: 0,
  });
  assert.equal(world.github.requests.total, 3 + 3);
  const tasks = await world.here.tasks();
  assert.equal(tasks.length, 250);
  assert.equal(tasks.filter(({ priority }) => priority === 'high').length, 84);
  assert.equal(tasks.find(({ links }) => links[0]?.number === 7)?.status, 'cancelled');
  assert.deepEqual(steps.at(-1), { percent: 95, step: 'Compared 250 issues on 3 of 3 pages' });
});

test('repeated on an unchanged repository, it makes no duplicates, and every page is answered 304', async () => {
  addIssues(250);
  await jobs.run();
  world.github.requests.reset();
  const { result } = await jobs.run();
  assert.deepEqual(statuses(), [200, 304, 304, 304]);
  assert.equal(result.summary, 'Compared 250 issues: 250 unchanged.');
  assert.equal((await world.here.tasks()).length, 250);
});

test('repeated where the last page is full, it asks for that page in full', async () => {
  addIssues(200);
  await jobs.run();
  world.github.requests.reset();
  const { result } = await jobs.run();
  assert.deepEqual(statuses(), [200, 200, 304]);
  assert.equal(result.summary, 'Compared 200 issues: 200 unchanged.');
});

test('repeated on a repository of one full page, it asks for two things in full', async () => {
  addIssues(100);
  await jobs.run();
  world.github.requests.reset();
  await jobs.run();
  assert.deepEqual(statuses(), [200, 200]);
});

test('a list too long for page numbers is read by cursor, and repeated with at most two responses that are not 304', async () => {
  addIssues(10_000);
  const { result } = await jobs.run();
  assert.equal(world.github.requests.total, 1 + 100);
  assert.equal(result.summary, 'Compared 10,000 issues: 10,000 tasks created.');
  world.github.requests.reset();
  const { result: again } = await jobs.run();
  assert.equal(statuses().length, 1 + 100);
  assert.equal(statuses().filter((status) => status !== 304).length, 2);
  assert.equal(again.summary, 'Compared 10,000 issues: 10,000 unchanged.');
  assert.deepEqual([await rowsOf('listing_pages'), await rowsOf('import_pages')], [100, 0]);
});

test('repeated after changes, it brings those in, and issues beyond a page that was the last', async () => {
  addIssues(200);
  await jobs.run();
  world.github.state.editIssue({ repository: REPOSITORY, number: 3, title: 'Changed' });
  addIssues(5);
  const { result } = await jobs.run();
  assert.equal(result.created, 5);
  // The issue was changed in the second in which it was imported, so only another read of it can find the change.
  const worker = startRefetchWorker(world.deps);
  await waitFor('the change', async () => (await world.here.tasks()).some(({ title }) => title === 'Changed'));
  await worker.stop();
});

test('a dry run lists what it would create, update and check, counts all of it, and keeps nothing', async () => {
  const first = await jobs.run({ dryRun: true });
  assert.equal(first.result.summary, 'Compared 0 issues and changed nothing.');
  addIssues(120);
  const { result } = await jobs.run({ dryRun: true });
  assert.equal(result.summary, 'Compared 120 issues and changed nothing: 120 tasks would be created.');
  assert.equal(result.would.length, 100);
  assert.deepEqual(result.would[0], {
    action: 'create',
    number: 1,
    title: 'Issue 0',
    url: `https://github.com/${REPOSITORY}/issues/1`,
  });
  for (const table of ['repositories', 'repository_polls', 'links', 'listing_pages', 'import_pages'] as const)
    assert.equal(await rowsOf(table), 0, table);
  assert.deepEqual(await world.here.tasks(), []);
});

test('a dry run of an imported repository lists changed fields and what is no longer listed, and the import then does that', async () => {
  const old = new Date(Date.UTC(2020, 0, 1)).toISOString();
  const make = (index: number) => ({ title: `Issue ${index}`, createdAt: old, updatedAt: old });
  world.github.state.addIssues({ repository: REPOSITORY, count: 5, make });
  await jobs.run();
  world.github.state.editIssue({ repository: REPOSITORY, number: 2, title: 'Changed', body: 'Also changed' });
  world.github.state.deleteIssue({ repository: REPOSITORY, number: 4 });
  addIssues(1);
  const { result } = await jobs.run({ dryRun: true });
  const url = (number: number) => `https://github.com/${REPOSITORY}/issues/${number}`;
  assert.deepEqual(result.would, [
    { action: 'update', number: 2, title: 'Changed', url: url(2), fields: ['title', 'description'] },
    { action: 'create', number: 6, title: 'Issue 0', url: url(6) },
    { action: 'check', number: 4, title: 'Issue 3', url: url(4) },
  ]);
  assert.equal(
    result.summary,
    'Compared 5 issues and changed nothing: 1 task would be created, 1 would be updated, 3 unchanged, 1 that is no longer listed and would be checked.',
  );
  assert.equal((await world.here.links()).filter(({ refetch_at }) => refetch_at !== null).length, 0);
  const { result: done } = await jobs.run();
  assert.equal(
    done.summary,
    'Compared 5 issues: 1 task created, 1 updated, 3 unchanged, 1 that is no longer listed and is being checked.',
  );
});

test('a task that was deleted here is not made again, and is counted as that also where its page has not changed', async () => {
  addIssues(3);
  await jobs.run();
  const [task] = await world.here.tasks();
  await world.database.db.transaction().execute((trx) => deleteTask(trx, { taskId: task?.id ?? 0 }));
  const { result } = await jobs.run();
  const { result: again } = await jobs.run();
  for (const { summary } of [result, again])
    assert.equal(summary, 'Compared 3 issues: 2 unchanged, 1 whose task was deleted here.');
  assert.equal((await world.here.tasks()).length, 2);
});

test('a page is asked for in full while a task of it has lost its item, although the page has not changed', async () => {
  addIssues(3);
  await jobs.run();
  await world.database.db
    .updateTable('links')
    .set({ sync_state: 'deleted', last_error_class: 'not_found' })
    .where('number', '=', 2)
    .execute();
  await jobs.run();
  const states = (await world.here.links()).map(({ sync_state }) => sync_state);
  assert.deepEqual(states, ['in_sync', 'in_sync', 'in_sync']);
});

test('the number of statements of a page is the same for 1 item as for 100', async () => {
  const of = (count: number) => async (): Promise<void> => {
    addIssues(count);
    await jobs.run();
  };
  // Run one import before statements are counted, because the first import also opens connections.
  await of(1)();
  const few = await statementsOf(of(1));
  const many = await statementsOf(of(90));
  assert.equal(many.length, few.length, many.join('\n'));
});

test('the same import asked for twice while it runs is one job', async () => {
  assert.equal(await jobs.start(), await jobs.start());
  assert.notEqual(await jobs.start(), await jobs.start({ dryRun: true }));
});
