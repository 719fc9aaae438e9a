import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from '../../../test/sync/github-world.ts';
import { betweenRequests, ImportJobs } from '../../../test/sync/import-jobs.ts';
import { startRefetchWorker } from './refetch-worker.ts';

const OLD = new Date(Date.UTC(2020, 0, 1)).toISOString();

let world: GitHubWorld;
let jobs: ImportJobs;
beforeEach(async () => {
  world = await createGitHubWorld();
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
    make: (index) => ({ title: `Issue ${index + 1}`, createdAt: OLD, updatedAt: OLD }),
  });
const linkOf = async (title: string) => (await world.here.tasks()).find((task) => task.title === title)?.links[0];

test('a later import notices what was deleted and what was transferred away, by reading each, and makes no task again', async () => {
  const { state } = world.github;
  addIssues(120);
  state.addRepository({ owner: 'my-org', name: 'elsewhere', collaborators: { 'cc-bot': 'admin' } });
  await jobs.run();
  state.deleteIssue({ repository: REPOSITORY, number: 1 });
  const moved = state.transferIssue({ repository: REPOSITORY, number: 110, to: 'my-org/elsewhere' });
  const { result } = await jobs.run();
  assert.equal(
    result.summary,
    'Compared 118 issues: 118 unchanged, 2 that are no longer listed and are being checked.',
  );
  const before = await linkOf('Issue 1');
  assert.equal(before?.sync_state, 'in_sync');
  const worker = startRefetchWorker(world.deps);
  await world.atRest();
  await worker.stop();
  assert.equal((await linkOf('Issue 1'))?.sync_state, 'deleted');
  const elsewhere = await linkOf('Issue 110');
  assert.deepEqual(
    [elsewhere?.sync_state, elsewhere?.url],
    ['in_sync', `https://github.com/my-org/elsewhere/issues/${moved.number}`],
  );
  const { result: third } = await jobs.run();
  assert.equal(third.summary, 'Compared 118 issues: 118 unchanged.');
  assert.equal((await world.here.tasks()).length, 120);
});

test('a whole repository of deleted issues is checked in bounded steps, and each issue is counted once', async () => {
  const issues = addIssues(620);
  await jobs.run();
  for (const { number } of issues.slice(10)) world.github.state.deleteIssue({ repository: REPOSITORY, number });
  const { result } = await jobs.run();
  assert.deepEqual([result.seen, result.missing], [10, 610]);
  const planned = (await world.here.links()).filter(({ refetch_at }) => refetch_at !== null);
  assert.equal(planned.length, 610);
});

test('an issue that was linked after the import began is not checked for being on none of its pages', async () => {
  addIssues(3);
  const deps = betweenRequests(world.deps, async (count) => {
    if (count !== 3) return;
    // An issue is opened after the page was listed, and its webhook creates the task.
    const issue = world.github.state.addIssue({ repository: REPOSITORY, title: 'Opened meanwhile' });
    const { id } =
      (await world.database.db.selectFrom('repositories').select('external_id as id').executeTakeFirst()) ?? {};
    await world.here.see({
      externalId: String(issue.id),
      number: issue.number,
      url: `https://github.com/${REPOSITORY}/issues/${issue.number}`,
      repository: { owner: 'my-org', name: 'my-repo', ...(id ? { externalId: id } : {}) },
      title: issue.title,
      body: '',
      state: 'open',
      stateReason: null,
      labels: [],
      assignees: [],
      author: null,
      createdAt: issue.createdAt,
      updatedAt: issue.updatedAt,
    });
  });
  const { result } = await jobs.run({ deps });
  assert.deepEqual([result.seen, result.missing], [3, 0]);
  assert.equal((await world.here.tasks()).length, 4);
});
