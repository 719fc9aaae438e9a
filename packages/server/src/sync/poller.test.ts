import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { waitFor } from '../../test/harness/wait-for.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from '../../test/sync/github-world.ts';
import { pauseOf } from './poll-repository.ts';
import { startPoller } from './poller.ts';
import { startRefetchWorker } from './refetch-worker.ts';
import type { Worker } from './worker-pool.ts';

let world: GitHubWorld;
let workers: Worker[];
const setUp = async (config: Record<string, unknown> = {}) => {
  world = await createGitHubWorld({ repositories: [REPOSITORY], poll_seconds: 0.2, ...config });
  workers = [startPoller(world.deps), startRefetchWorker(world.deps)];
};
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  assert.deepEqual(world.github.violations, []);
  await world.close();
});

const titles = async () => (await world.here.tasks()).map(({ title }) => title).sort();
const listings = () => world.github.requests.all().filter(({ path }) => path.endsWith('/issues'));

test('issues of a configured repository become tasks and follow, without any webhook', async () => {
  await setUp();
  world.github.state.addIssue({ repository: REPOSITORY, title: 'one' });
  await waitFor('the task', async () => (await titles()).join() === 'one');
  world.github.state.editIssue({ repository: REPOSITORY, number: 1, title: 'changed' });
  world.github.state.addPullRequest({ repository: REPOSITORY, title: 'no issue', head: 'feature' });
  world.github.state.addIssue({ repository: REPOSITORY, title: 'two' });
  await waitFor('both tasks', async () => (await titles()).join() === 'changed,two');
});

test('while nothing changes, every poll is answered 304', async () => {
  await setUp();
  world.github.state.addIssue({ repository: REPOSITORY, title: 'one' });
  await waitFor('the task', async () => (await titles()).length === 1);
  await waitFor('a 304', () => listings().at(-1)?.status === 304);
  const before = listings().length;
  await waitFor('more polls', () => listings().length >= before + 4);
  assert.deepEqual(
    new Set(
      listings()
        .slice(before)
        .map(({ status }) => status),
    ),
    new Set([304]),
  );
});

test('more changes than a page holds are all seen, also those of one second', async () => {
  await setUp();
  world.github.state.addIssues({ repository: REPOSITORY, count: 330, make: (index) => ({ title: `Issue ${index}` }) });
  await waitFor('all tasks', async () => (await titles()).length === 330);
});

test('a repository that is not there is asked for less and less often, and others go on', async () => {
  await setUp({ repositories: ['my-org/missing', REPOSITORY] });
  world.github.state.addIssue({ repository: REPOSITORY, title: 'one' });
  await waitFor('the task', async () => (await titles()).length === 1);
  const poll = await waitFor('the failure', () =>
    world.database.db.selectFrom('repository_polls').selectAll().where('failures', '>', 0).executeTakeFirst(),
  );
  assert.ok(poll.next_poll_at.getTime() > Date.now() + 60_000);
});

test('a hook that delivers makes polls rare; its silence makes them frequent again', async () => {
  await setUp();
  const now = Date.now();
  const hour = 3_600_000;
  assert.equal(pauseOf({ ...world.integration, config: {} }, { last_delivery_at: null }, now), 60_000);
  assert.equal(pauseOf({ ...world.integration, config: { poll_seconds: 5 } }, { last_delivery_at: null }, now), 5000);
  assert.equal(pauseOf(world.integration, { last_delivery_at: new Date(now - hour) }, now), 600_000);
  assert.equal(
    pauseOf({ ...world.integration, config: {} }, { last_delivery_at: new Date(now - 5 * hour) }, now),
    60_000,
  );
});
