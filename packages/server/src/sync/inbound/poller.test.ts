import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { sql } from 'kysely';
import { createRecordedLog } from '../../../test/harness/recorded-log.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { person } from '../../../test/sync/fixtures.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY, repositoryRef } from '../../../test/sync/github-world.ts';
import { announceIntegration } from '../../integrations/integration-queries.ts';
import { createTask } from '../commands/edit-task.ts';
import { syncIssueToTask } from '../commands/issue-to-task.ts';
import { syncTaskToIssue } from '../commands/task-to-issue.ts';
import { startOutboxWorker } from '../outbound/outbox-worker.ts';
import type { Worker } from '../worker-pool.ts';
import { pauseOf, pollRepository } from './poll-repository.ts';
import { startPoller } from './poller.ts';
import { startRefetchWorker } from './refetch-worker.ts';
import { claimPoll, watchConfiguredRepositories } from './repository-poll-queries.ts';

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

test('every poll returns 304 while nothing changes', async () => {
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

test('a repository that is not there is left to the checks of its access, and others go on', async () => {
  await setUp({ repositories: ['my-org/missing', REPOSITORY] });
  world.github.state.addIssue({ repository: REPOSITORY, title: 'one' });
  await waitFor('the task', async () => (await titles()).length === 1);
  const missing = await waitFor('the refusal', () =>
    world.database.db.selectFrom('repositories').selectAll().where('refusal', 'is not', null).executeTakeFirst(),
  );
  assert.equal(missing.name, 'missing');
  assert.ok((missing.check_at?.getTime() ?? 0) > Date.now());
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

test('a repository is followed from its first link on, whichever way that was made, as often as the integration says', async () => {
  await setUp({ repositories: [] });
  workers.push(startOutboxWorker(world.deps));
  const { db } = world.database;
  const { id: integrationId, project_id: projectId } = world.integration;
  const { id: taskId } = await db
    .transaction()
    .execute((trx) => createTask(trx, { projectId, fields: { title: 'Made here' }, actor: person }));
  await syncTaskToIssue(world.deps, {
    integrationId,
    taskId,
    repository: repositoryRef,
    actor: person,
    waitMs: 20_000,
  });
  world.github.state.closeIssue({ repository: REPOSITORY, number: 1 });
  await waitFor('the task to be done', async () => (await world.task()).status === 'done');

  const other = { owner: 'my-org', name: 'other' };
  world.github.state.addRepository({ ...other, collaborators: { 'cc-bot': 'admin' } });
  world.github.state.addIssue({ repository: 'my-org/other', title: 'Theirs' });
  await syncIssueToTask(world.deps, { integrationId, repository: other, issueNumber: 1 });
  world.github.state.editIssue({ repository: 'my-org/other', number: 1, title: 'Theirs, changed' });
  await waitFor('the change', async () => (await titles()).includes('Theirs, changed'));
});

test('polls come sooner as soon as the integration says so', async () => {
  await setUp({ repositories: [], poll_seconds: 3600 });
  world.github.state.addIssue({ repository: REPOSITORY, title: 'one' });
  const { id: integrationId } = world.integration;
  await syncIssueToTask(world.deps, { integrationId, repository: repositoryRef, issueNumber: 1 });
  world.github.state.editIssue({ repository: REPOSITORY, number: 1, title: 'changed' });
  const { db } = world.database;
  await sql`update integrations set config = config || '{"poll_seconds": 0.2}' where id = ${integrationId}`.execute(db);
  await announceIntegration(db, integrationId);
  await waitFor('the change', async () => (await titles()).join() === 'changed');
});

test('a poll whose lease has ended leaves the lease of the next one alone, and says so in the log', async () => {
  world = await createGitHubWorld({ repositories: [REPOSITORY] });
  workers = [];
  const { db } = world.database;
  const { log, records } = createRecordedLog();
  await db.transaction().execute(watchConfiguredRepositories);
  const late = await claimPoll(db, 0);
  const next = await claimPoll(db, 60);
  assert.ok(late !== undefined && next !== undefined);
  await pollRepository({ ...world.deps, log }, late, AbortSignal.timeout(60_000));
  const leaseEnd = async () =>
    (await db.selectFrom('repository_polls').select('lease_until').executeTakeFirstOrThrow()).lease_until;
  assert.deepEqual(await leaseEnd(), next.lease_until);
  assert.equal(records[0]?.integration, world.integration.id);
  assert.match(records[0]?.msg ?? '', /lease of a poll was lost/);
  await pollRepository({ ...world.deps, log }, next, AbortSignal.timeout(60_000));
  assert.equal(await leaseEnd(), null);
  assert.equal(records.length, 1);
});
