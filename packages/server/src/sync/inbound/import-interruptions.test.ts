import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { IntegrationError } from '@commandcenter/integration-kit';
import { pino } from 'pino';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from '../../../test/sync/github-world.ts';
import { betweenRequests, ImportJobs } from '../../../test/sync/import-jobs.ts';
import { startNotifier } from '../../background/notify.ts';
import { cancelJob, findJob } from '../../jobs/job-queries.ts';
import { startJobRunner } from '../../jobs/runner.ts';
import { createImportJob } from './import-job.ts';

const OLD = new Date(Date.UTC(2020, 0, 1)).toISOString();
const ISSUES = 210;

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

const addIssues = (count = ISSUES, repository = REPOSITORY) =>
  world.github.state.addIssues({
    repository,
    count,
    make: (index) => ({ title: `Issue ${index}`, createdAt: OLD, updatedAt: OLD }),
  });
/**
 * Runs an import during which the provider changes right after the given operation. Operation 1 looks the repository up, 2 sends no
 * request, and the next ones list pages.
 */
const importWhile = (operation: number, happens: () => void) =>
  jobs.run({ deps: betweenRequests(world.deps, (count) => void (count === operation && happens())) });
const countTasks = async () => (await world.here.tasks()).length;
const failure = async (attempt: Promise<unknown>): Promise<IntegrationError> => {
  const error = await attempt.then(
    () => assert.fail('the import succeeded'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof IntegrationError, String(error));
  // Mark the job as failed, as the job runner does, so that the next import is another job.
  await world.database.db.updateTable('jobs').set({ status: 'failed' }).where('status', '=', 'pending').execute();
  return error;
};

describe('an import whose worker dies', () => {
  class Death extends Error {}

  it('repeats at most one page and counts nothing twice, whichever request it was at', async () => {
    addIssues();
    const id = await jobs.start();
    let deaths = 0;
    for (let finished = false; !finished; deaths += 1) {
      const deps = betweenRequests(world.deps, (count) => {
        // The worker dies after its second operation. Every second worker dies one operation later, and gets one page further.
        if (deaths < 8 && count === (deaths % 2 === 0 ? 2 : 3)) throw new Death();
      });
      finished = await jobs.resume(id, { deps }).then(
        ({ result }) => {
          assert.equal(result.summary, `Compared ${ISSUES} issues: ${ISSUES} tasks created.`);
          return true;
        },
        (error: unknown) => {
          assert.ok(error instanceof Death, String(error));
          return false;
        },
      );
    }
    assert.ok(deaths > 5, `${deaths} deaths`);
    assert.equal(await countTasks(), ISSUES);
  });

  it('counts nothing twice after a death right after a page was kept', async () => {
    addIssues();
    const id = await jobs.start();
    const isCompared = (step: string) => step.startsWith('Compared');
    const onProgress = (step: string) => {
      if (isCompared(step)) throw new Death();
    };
    for (let page = 1; page <= 3; page += 1) await assert.rejects(jobs.resume(id, { onProgress }), Death);
    world.github.requests.reset();
    const { result } = await jobs.resume(id);
    assert.equal(jobs.listings().filter(({ query }) => query.sort === 'created').length, 0);
    assert.deepEqual([result.seen, result.created, result.pages], [ISSUES, ISSUES, 3]);
  });

  it('goes on after a request that was never answered', async () => {
    addIssues();
    const id = await jobs.start();
    const dying = new AbortController();
    const fault = world.github.fault({ kind: 'hang', path: /\/issues$/, skip: 2 });
    const first = jobs.resume(id, { signal: dying.signal });
    await waitFor('the hanging request', () => fault.hits > 0);
    dying.abort();
    await assert.rejects(first);
    world.github.clearFaults();
    assert.equal(await countTasks(), 10);
    const { result } = await jobs.resume(id);
    assert.deepEqual([result.seen, result.created, await countTasks()], [ISSUES, ISSUES, ISSUES]);
  });

  it('starts an import of an older version again', async () => {
    addIssues(3);
    const id = await jobs.start();
    const checkpoint = JSON.stringify({
      url: 'https://api.github.com/repositories/1/issues?page=7',
      pages: 6,
      seen: 600,
    });
    await world.database.db.updateTable('jobs').set({ checkpoint }).where('id', '=', id).execute();
    assert.equal((await jobs.resume(id)).result.seen, 3);
  });
});

describe('an import of a repository that changes meanwhile', () => {
  it('goes on under the new name when the repository is renamed, after whichever request', async () => {
    addIssues();
    for (let operation = 1; operation <= 6; operation += 1) {
      const { owner, name } = { owner: 'my-org', name: operation === 1 ? 'my-repo' : `renamed-${operation - 1}` };
      const deps = betweenRequests(world.deps, (count) => {
        if (count !== operation) return;
        world.github.state.renameRepository({ repository: `${owner}/${name}`, name: `renamed-${operation}` });
      });
      const { result } = await jobs.run({ deps, repository: { owner, name } });
      assert.deepEqual([result.seen, result.missing], [ISSUES, 0]);
      const rows = await world.database.db.selectFrom('repositories').select('external_id').execute();
      assert.equal(rows.length, 1);
    }
    // This import asks for the repository by its first name, which redirects to the present one.
    const { result } = await jobs.run();
    assert.equal(result.repository, 'my-org/renamed-6');
    assert.equal(await countTasks(), ISSUES);
  });

  it('completes when the repository is emptied, and the next import checks what is gone', async () => {
    addIssues();
    const { result } = await importWhile(4, () => {
      for (const { number } of world.github.state.issues(REPOSITORY))
        world.github.state.deleteIssue({ repository: REPOSITORY, number });
    });
    assert.equal(result.summary, 'Compared 10 issues: 10 tasks created.');
    const { result: next } = await jobs.run();
    assert.equal(next.summary, 'Compared 0 issues: 10 that are no longer listed and are being checked.');
    assert.equal(await countTasks(), 10);
  });

  it('fails with one error and its remedy when access ends, keeps what it has, and the next one completes it', async () => {
    const { state } = world.github;
    addIssues();
    const setAccess = (has: boolean): void => {
      state.setVisibility({ repository: REPOSITORY, private: !has });
      state.setMember({ organization: 'my-org', login: 'cc-bot', role: has ? 'admin' : null });
      state.setCollaborator({ repository: REPOSITORY, login: 'cc-bot', permission: has ? 'admin' : null });
    };
    const error = await failure(importWhile(4, () => setAccess(false)));
    assert.equal(error.class, 'not_found');
    assert.match(String(error.hint), /Give the credential access to my-org\/my-repo/);
    assert.equal(await countTasks(), 10);
    assert.deepEqual(new Set((await world.here.links()).map(({ sync_state }) => sync_state)), new Set(['error']));
    setAccess(true);
    const { result } = await jobs.run();
    assert.deepEqual([result.seen, result.created, result.missing], [ISSUES, ISSUES - 10, 0]);
    assert.equal(await countTasks(), ISSUES);
  });

  it('fails when the repository is deleted, and marks no task for being absent from a list', async () => {
    addIssues();
    const error = await failure(importWhile(4, () => world.github.state.deleteRepository({ repository: REPOSITORY })));
    assert.equal(error.class, 'not_found');
    assert.equal(await countTasks(), 10);
  });

  for (const count of [3, ISSUES]) {
    it(`never takes the issues of another repository that gets the name (${count} issues), after whichever request`, async () => {
      const { state } = world.github;
      let isReplaced = false;
      for (let operation = 1, last = 1; operation <= last; operation += 1) {
        const name = `taken-${operation}`;
        const repository = `my-org/${name}`;
        state.addRepository({ owner: 'my-org', name, collaborators: { 'cc-bot': 'admin' } });
        addIssues(count, repository);
        const deps = betweenRequests(world.deps, (operations) => {
          last = Math.max(last, operations);
          if (operations !== operation) return;
          state.renameRepository({ repository, name: `moved-${operation}` });
          state.addRepository({ owner: 'my-org', name, collaborators: { 'cc-bot': 'admin' } });
          state.addIssues({ repository, count, make: () => ({ title: 'Foreign' }) });
        });
        const attempt = jobs.run({ deps, repository: { owner: 'my-org', name } });
        const error = await attempt.then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (error !== null) {
          isReplaced = true;
          assert.equal((error as IntegrationError).code, 'import.repository_replaced');
          assert.match(String((error as IntegrationError).hint), /Import .* again/);
        }
        const foreign = (await world.here.tasks()).filter(({ title }) => title === 'Foreign');
        assert.deepEqual(foreign, [], `after operation ${operation}`);
      }
      assert.equal(isReplaced, true);
    });
  }
});

it('an import that is cancelled while it waits for GitHub ends cancelled, and the next one has everything', async () => {
  addIssues();
  const { db } = world.database;
  const log = pino({ level: 'silent' });
  const notifier = await startNotifier({ ...world.database, log });
  const runner = startJobRunner({ db, notifier, log, handlers: [createImportJob(world.deps)] });
  try {
    world.github.fault({ kind: 'status', status: 503, path: /\/issues$/, times: Number.POSITIVE_INFINITY });
    const id = await jobs.start();
    await waitFor('the wait', async () => (await findJob(db, id))?.current_step?.startsWith('Waiting'));
    await db.transaction().execute((trx) => cancelJob(trx, id));
    await waitFor('the end', async () => (await findJob(db, id))?.status === 'cancelled');
    world.github.clearFaults();
    const next = await jobs.start();
    const job = await waitFor('the next import', async () => {
      const row = await findJob(db, next);
      return row?.status === 'completed' && row;
    });
    assert.equal((job.result as { created: number }).created, ISSUES);
  } finally {
    await runner.stop();
    await notifier.close();
  }
});
