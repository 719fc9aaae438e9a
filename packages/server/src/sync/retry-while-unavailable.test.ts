import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IntegrationAuthError, IntegrationError, IntegrationRateLimitError } from '@commandcenter/integration-kit';
import { waitFor } from '../../test/harness/wait-for.ts';
import { person } from '../../test/sync/fixtures.ts';
import { createGitHubWorld, REPOSITORY, repositoryRef } from '../../test/sync/github-world.ts';
import { IntegrationUnavailableError } from '../integrations/errors.ts';
import type { JobRow } from '../jobs/job.ts';
import { JobPostponement } from '../jobs/job-postponement.ts';
import { findJob } from '../jobs/job-queries.ts';
import { startJobRunner } from '../jobs/runner.ts';
import { startImport } from './commands/start-import.ts';
import { createImportJob } from './inbound/import-job.ts';
import { retryWhileUnavailable } from './retry-while-unavailable.ts';

describe('a call of a job that fails', () => {
  const signal = new AbortController().signal;
  const failing = (error: Error, failures = 0) =>
    retryWhileUnavailable({ signal, failures }, 'import', () => Promise.reject(error));
  const postponed = async (error: Error, failures = 0): Promise<JobPostponement> => {
    const thrown: unknown = await failing(error, failures).catch((reason: unknown) => reason);
    assert.ok(thrown instanceof JobPostponement, String(thrown));
    assert.equal(thrown.error, error);
    return thrown;
  };
  const unavailable = (reason: 'auth_blocked' | 'circuit_open' | 'deleted') =>
    new IntegrationUnavailableError(reason, `It is ${reason}.`, {
      class: 'outage',
      retryAt: new Date(Date.now() + 5000),
      hint: 'Do something.',
    });

  it('is put off for longer with every failure while the provider is down', async () => {
    const error = new IntegrationError('GitHub answered 502.', { class: 'outage' });
    const [first, third] = [await postponed(error), await postponed(error, 2)];
    assert.deepEqual([first.failures, third.failures], [1, 3]);
    assert.ok(Number(first.delayMs) <= 2000 && Number(third.delayMs) > 9000, `${first.delayMs}, ${third.delayMs}`);
    assert.match(first.step, /GitHub answered 502/);
  });

  it('is put off until the time that a rate limit names, which is no failure', async () => {
    const retryAt = new Date(Date.now() + 600_000);
    const { delayMs, failures, step } = await postponed(new IntegrationRateLimitError('Slow down.', retryAt), 1);
    assert.ok(Number(delayMs) > 500_000 && Number(delayMs) <= 600_000, `${delayMs}`);
    assert.equal(failures, 1);
    assert.ok(step.includes(`until ${retryAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`), step);
  });

  it('is put off until the integration is resumed while it lacks a credential or its circuit is open', async () => {
    for (const error of [
      new IntegrationAuthError('Bad credentials'),
      unavailable('auth_blocked'),
      unavailable('circuit_open'),
    ])
      assert.equal((await postponed(error)).delayMs, 'signal');
    assert.match((await postponed(unavailable('circuit_open'))).step, /until the provider responds.*Do something/);
  });

  it('fails at once when waiting cannot help', async () => {
    for (const error of [
      new IntegrationError('No.', { class: 'permission' }),
      unavailable('deleted'),
      new TypeError('x is not a function'),
    ])
      await assert.rejects(failing(error), (thrown) => thrown === error);
  });
});

it('an import whose token is refused halfway waits without a worker, and goes on where it was', async () => {
  const world = await createGitHubWorld({ auto_sync: false });
  const { db } = world.database;
  const { deps, github } = world;
  github.state.addIssues({ repository: REPOSITORY, count: 350, make: (index) => ({ title: `Issue ${index}` }) });
  const body = { message: 'Bad credentials' };
  github.fault({ kind: 'status', status: 401, body, path: /\/issues$/, skip: 2 });
  const job = await startImport(deps, {
    integrationId: world.integration.id,
    repository: repositoryRef,
    dryRun: false,
    actor: person,
  });
  const runner = startJobRunner({ ...deps, handlers: [createImportJob(deps)] });
  const jobWhere = (what: string, condition: (row: JobRow) => boolean): Promise<JobRow> =>
    waitFor(`the import to be ${what}`, async () => {
      const row = await findJob(db, job.id);
      return row !== undefined && condition(row) && row;
    });
  try {
    const waiting = await jobWhere('waiting', ({ give_up_at }) => give_up_at !== null);
    assert.equal(waiting.status, 'pending');
    assert.match(waiting.current_step ?? '', /^Waiting until the integration may work again.*Bad credentials/);
    // The first request only tells how many pages there are. The last page, with 50 issues, is the first one whose tasks are kept.
    assert.equal((await world.here.tasks()).length, 50);
    github.requests.reset();
    await world.host.test(world.integration.id);
    const done = await jobWhere('ended', ({ completed_at }) => completed_at !== null);
    assert.deepEqual([done.status, (done.result as { seen: number }).seen], ['completed', 350]);
    const pages = github.requests.all().filter(({ path }) => path.endsWith('/issues'));
    assert.equal(
      pages.some(({ query }) => query.page === '4'),
      false,
      'the page that was kept is asked for again',
    );
  } finally {
    await runner.stop();
    await world.close();
  }
});
