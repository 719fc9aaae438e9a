import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { IntegrationError } from '@commandcenter/integration-kit';
import { pino } from 'pino';
import Type from 'typebox';
import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { addIntegration } from '../../test/sync/fixtures.ts';
import { systemActor } from '../accounts/actor.ts';
import { createProject } from '../accounts/projects/project-queries.ts';
import { type Notifier, startNotifier } from '../background/notify.ts';
import { findStranded, resume } from '../integrations/integration-work-queries.ts';
import type { JobHandler } from './handler.ts';
import type { JobRow } from './job.ts';
import { listJobEvents } from './job-event-queries.ts';
import { JobPostponement } from './job-postponement.ts';
import { cancelJob, createJob, findJob, integrationLane } from './job-queries.ts';
import { failOverdueJobs } from './overdue-job-queries.ts';
import { type JobRunner, startJobRunner } from './runner.ts';

const log = pino({ level: 'silent' });
const down = new IntegrationError('GitHub is down.', { class: 'outage', hint: 'It is tried again by itself.' });
const HOUR_MS = 3_600_000;

describe('a job that waits for the provider', () => {
  let database: TestDatabase;
  let notifier: Notifier;
  let projectId: number;
  let integrationId: number;
  const runners: JobRunner[] = [];
  /** True while the provider serves jobs of the type `guest`. */
  let isOpen = false;

  before(async () => {
    database = await createTestDatabase();
    notifier = await startNotifier({ ...database, log });
    projectId = (await database.db.transaction().execute((trx) => createProject(trx, { name: 'P', ownerId: null }))).id;
    integrationId = (await addIntegration(database.db, projectId)).id;
  });
  afterEach(async () => {
    await Promise.all(runners.splice(0).map((runner) => runner.stop()));
    await database.db.deleteFrom('jobs').execute();
    isOpen = false;
    await setCircuit('closed');
  });
  after(async () => {
    await notifier.close();
    await database.destroy();
  });

  const setCircuit = (circuit: 'open' | 'closed') =>
    database.db.updateTable('integrations').set({ circuit }).where('id', '=', integrationId).execute();
  const postponement = (delayMs: number | 'signal', failures = 1) =>
    new JobPostponement({ delayMs, failures, step: 'Waiting for GitHub', error: down });
  const guest = (delayMs: number | 'signal'): JobHandler => ({
    type: 'guest',
    async run({ checkpoint }, context) {
      if (checkpoint === null) await context.checkpoint({ page: 7 });
      if (!isOpen) throw postponement(delayMs, context.failures + 1);
      return { checkpoint, failures: context.failures };
    },
  });
  const other: JobHandler = { type: 'other', run: async () => 'done' };
  const run = (...handlers: JobHandler[]): JobRunner => {
    const runner = startJobRunner({ db: database.db, notifier, log, handlers, limits: { slots: 1 } });
    runners.push(runner);
    return runner;
  };
  const make = async (type: string): Promise<number> => {
    const lane = integrationLane(integrationId);
    const job = {
      project_id: projectId,
      definition: { type, parameters: Type.Unknown() },
      parameters: {},
      actor: systemActor,
      integration_id: integrationId,
      lane,
    };
    return (await database.db.transaction().execute((trx) => createJob(trx, job))).job.id;
  };
  const jobWhere = (id: number, what: string, condition: (job: JobRow) => boolean): Promise<JobRow> =>
    waitFor(`job ${id} to be ${what}`, async () => {
      const job = await findJob(database.db, id);
      return job !== undefined && condition(job) && job;
    });
  const waiting = (id: number) =>
    jobWhere(id, 'waiting', ({ status, give_up_at }) => status === 'pending' && give_up_at !== null);
  const ended = (id: number) => jobWhere(id, 'ended', ({ completed_at }) => completed_at !== null);

  it('gives its slot back, and goes on from its checkpoint when its integration is resumed', async () => {
    await setCircuit('open');
    run(guest('signal'), other);
    const id = await make('guest');
    const { current_step, attempts, error } = await waiting(id);
    assert.deepEqual([current_step, attempts], ['Waiting for GitHub', 0]);
    assert.deepEqual(error, {
      code: 'integration.outage',
      class: 'outage',
      detail: 'GitHub is down.',
      remedy: 'It is tried again by itself.',
    });
    // There is one slot, so this job runs only if the waiting job holds none.
    assert.equal((await ended(await make('other'))).status, 'completed');
    isOpen = true;
    await setCircuit('closed');
    await resume(database.db, integrationId);
    const done = await ended(id);
    assert.deepEqual([done.result, done.error], [{ checkpoint: { page: 7 }, failures: 1 }, null]);
    const events = (await listJobEvents(database.db, id, 0, 10)).map(({ type }) => type);
    assert.deepEqual(events, ['progress', 'completed']);
  });

  it('goes on by itself at the time that the provider named, also with another worker', async () => {
    const first = run(guest(HOUR_MS / 2));
    const id = await make('guest');
    await waiting(id);
    await first.stop();
    isOpen = true;
    // Simulate that the time has come until which the job waits.
    await database.db
      .updateTable('jobs')
      .set({ not_before: new Date(0) })
      .where('id', '=', id)
      .execute();
    run(guest(HOUR_MS / 2));
    assert.equal((await ended(id)).status, 'completed');
  });

  it('ends cancelled at once, with nothing of what it waited for', async () => {
    run(guest(HOUR_MS / 2));
    const id = await make('guest');
    await waiting(id);
    const cancelled = await database.db.transaction().execute((trx) => cancelJob(trx, id));
    assert.deepEqual(
      [cancelled?.status, cancelled?.error, cancelled?.result, cancelled?.current_step],
      ['cancelled', null, null, null],
    );
    assert.equal((await listJobEvents(database.db, id, 0, 10)).at(-1)?.type, 'cancelled');
    isOpen = true;
    await resume(database.db, integrationId);
    assert.equal((await ended(id)).status, 'cancelled');
  });

  it('keeps the end of its patience and its failures over attempts and workers', async () => {
    const first = run(guest(HOUR_MS / 4));
    const id = await make('guest');
    const before = await waiting(id);
    await first.stop();
    await database.db
      .updateTable('jobs')
      .set({ not_before: new Date(0) })
      .where('id', '=', id)
      .execute();
    run(guest(HOUR_MS / 4));
    const after = await jobWhere(id, 'waiting again', ({ failures }) => failures === 2);
    assert.deepEqual(after.give_up_at, before.give_up_at);
  });

  it('starts a new wait after a checkpoint: it has got on since the last one', async () => {
    run({
      type: 'moving',
      async run({ checkpoint }, context) {
        const page = ((checkpoint as { page: number } | null)?.page ?? 0) + 1;
        await context.checkpoint({ page });
        throw postponement(HOUR_MS / 4, context.failures + 1);
      },
    });
    const id = await make('moving');
    const before = await waiting(id);
    await database.db
      .updateTable('jobs')
      .set({ not_before: new Date(0) })
      .where('id', '=', id)
      .execute();
    await database.pool.query(`select pg_notify('jobs', '')`);
    const after = await jobWhere(
      id,
      'waiting on page 2',
      ({ status, checkpoint }) => status === 'pending' && (checkpoint as { page: number }).page === 2,
    );
    assert.equal(after.failures, 1);
    assert.ok((after.give_up_at as Date) > (before.give_up_at as Date));
  });

  it('fails with the reason when the wait would exceed its patience, or has done so', async () => {
    const first = run(guest(2 * HOUR_MS));
    const tooLong = await ended(await make('guest'));
    await first.stop();
    assert.deepEqual([tooLong.status, (tooLong.error as { detail: string }).detail], ['failed', 'GitHub is down.']);

    await setCircuit('open');
    run(guest('signal'));
    const id = await make('guest');
    await waiting(id);
    await database.db
      .updateTable('jobs')
      .set({ give_up_at: new Date(Date.now() + HOUR_MS / 2) })
      .where('id', '=', id)
      .execute();
    await failOverdueJobs(database.db);
    assert.equal((await findJob(database.db, id))?.completed_at, null);
    await database.db
      .updateTable('jobs')
      .set({ give_up_at: new Date(0) })
      .where('id', '=', id)
      .execute();
    await failOverdueJobs(database.db);
    const failed = await ended(id);
    assert.deepEqual([failed.status, (failed.error as { detail: string }).detail], ['failed', 'GitHub is down.']);
  });

  it('is tried once more when it is due, although its patience has ended while it stood in line', async () => {
    const id = await make('guest');
    const past = new Date(0);
    await database.db.updateTable('jobs').set({ give_up_at: past, not_before: past }).where('id', '=', id).execute();
    await failOverdueJobs(database.db);
    isOpen = true;
    run(guest('signal'));
    assert.equal((await ended(id)).status, 'completed');
  });

  it('is found when it was put off in the moment in which its integration came back', async () => {
    await setCircuit('open');
    run(guest('signal'));
    const id = await make('guest');
    await jobWhere(id, 'put off', ({ not_before }) => Number(not_before) === Number.POSITIVE_INFINITY);
    // The integration starts to work again, but no signal is sent.
    await setCircuit('closed');
    assert.deepEqual(await findStranded(database.db), [integrationId]);
    isOpen = true;
    await resume(database.db, integrationId);
    await ended(id);
    assert.deepEqual(await findStranded(database.db), []);
  });
});
