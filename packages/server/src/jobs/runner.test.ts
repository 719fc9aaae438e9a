import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { IntegrationAuthError } from '@commandcenter/integration-kit';
import { pino } from 'pino';
import Type from 'typebox';
import { createRecordedLog } from '../../test/harness/recorded-log.ts';
import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { systemActor } from '../accounts/actor.ts';
import { createProject } from '../accounts/projects/project-queries.ts';
import { type Notifier, startNotifier } from '../background/notify.ts';
import { claimJob } from './claim-job-queries.ts';
import type { JobHandler } from './handler.ts';
import type { JobRow } from './job.ts';
import { listJobEvents } from './job-event-queries.ts';
import { cancelJob, createJob, findJob, type NewJob } from './job-queries.ts';
import { type JobRunner, type JobRunnerOptions, startJobRunner } from './runner.ts';

const log = pino({ level: 'silent' });

describe('the job runner', () => {
  let database: TestDatabase;
  let notifier: Notifier;
  let projectId: number;
  const runners: JobRunner[] = [];

  before(async () => {
    database = await createTestDatabase();
    notifier = await startNotifier({ ...database, log });
    projectId = (await database.db.transaction().execute((trx) => createProject(trx, { name: 'P', ownerId: null }))).id;
  });
  afterEach(() => Promise.all(runners.splice(0).map((runner) => runner.stop())));
  after(async () => {
    await notifier.close();
    await database.destroy();
  });

  const run = (handler: JobHandler, options: Partial<JobRunnerOptions> = {}): JobRunner => {
    const runner = startJobRunner({ db: database.db, notifier, log, handlers: [handler], ...options });
    runners.push(runner);
    return runner;
  };
  const make = async (type: string, job: Partial<NewJob> = {}): Promise<JobRow> => {
    const definition = { type, parameters: Type.Unknown() };
    const wanted: NewJob = { project_id: projectId, definition, parameters: {}, actor: systemActor, ...job };
    return (await database.db.transaction().execute((trx) => createJob(trx, wanted))).job;
  };
  const jobWith = (id: number, status: string): Promise<JobRow> =>
    waitFor(`job ${id} to be ${status}`, async () => {
      const job = await findJob(database.db, id);
      return job?.status === status && job;
    });
  const eventsOf = async (id: number): Promise<string[]> =>
    (await listJobEvents(database.db, id, 0, 100)).map(({ type }) => type);
  /** Returns a promise that rejects when the signal is aborted, and never resolves. */
  const untilAborted = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  it('says in the log that a job was lost to another worker, and stores no outcome of it', async () => {
    const { log: recorded, records } = createRecordedLog();
    const begun = Promise.withResolvers<void>();
    const handler: JobHandler = {
      type: 'lost',
      async run(_job, { signal }) {
        begun.resolve();
        return await untilAborted(signal);
      },
    };
    run(handler, { log: recorded, leaseMs: 300 });
    const { id } = await make('lost');
    await begun.promise;
    await database.db
      .updateTable('jobs')
      .set({ lease_owner: 'another worker', lease_until: new Date(Date.now() + 60_000) })
      .where('id', '=', id)
      .execute();
    const [record] = await waitFor('the loss to be logged', async () => records.length > 0 && records);
    assert.equal(record?.job, id);
    assert.match(record?.msg ?? '', /lease of a job was lost.*another worker/);
    assert.equal((await findJob(database.db, id))?.status, 'running');
    await database.db.deleteFrom('jobs').where('id', '=', id).execute();
  });

  it('says in the log that the result of a job was not stored, because another worker has it', async () => {
    const { log: recorded, records } = createRecordedLog();
    const handler: JobHandler = {
      type: 'late',
      async run({ id }) {
        await database.db.updateTable('jobs').set({ lease_owner: 'another worker' }).where('id', '=', id).execute();
        return 'a result';
      },
    };
    run(handler, { log: recorded });
    const { id } = await make('late');
    await waitFor('the loss to be logged', async () => records.length > 0);
    assert.equal(records[0]?.job, id);
    await database.db.deleteFrom('jobs').where('id', '=', id).execute();
  });

  it('runs a job to its end and tells how it goes', async () => {
    run({
      type: 'good',
      async run(job, { progress }) {
        await progress(10, 'First step');
        await progress(60, 'Second step', { pages: 3 });
        return { parameters: job.parameters };
      },
    });
    const { id } = await make('good', { parameters: { of: 'this' } });
    const job = await jobWith(id, 'completed');
    assert.deepEqual(
      [job.progress, job.current_step, job.result, job.lease_owner],
      [100, null, { parameters: { of: 'this' } }, null],
    );
    assert.ok(job.started_at !== null && job.completed_at !== null);
    assert.deepEqual(await eventsOf(id), ['progress', 'progress', 'completed']);
  });

  it('leaves jobs alone whose type it has no handler for', async () => {
    const { id } = await make('of_another_version');
    run({ type: 'known', run: async () => 'done' });
    await jobWith((await make('known')).id, 'completed');
    assert.equal((await findJob(database.db, id))?.status, 'pending');
  });

  it('says why a job failed, in its class and with what to do', async () => {
    run({
      type: 'refused',
      run: async () => {
        throw new IntegrationAuthError('GitHub refused the token.', {
          code: 'github.bad_credentials',
          hint: 'Make a new one.',
        });
      },
    });
    const { error } = await jobWith((await make('refused')).id, 'failed');
    assert.deepEqual(error, {
      code: 'github.bad_credentials',
      class: 'auth',
      detail: 'GitHub refused the token.',
      remedy: 'Make a new one.',
    });
  });

  it('shows nothing of the inside of a bug', async () => {
    run({ type: 'buggy', run: () => Promise.reject(new TypeError('x is not a function')) });
    const { error } = await jobWith((await make('buggy')).id, 'failed');
    assert.deepEqual((error as { code: string }).code, 'internal');
    assert.doesNotMatch(JSON.stringify(error), /not a function/);
  });

  it('goes on from the checkpoint when a worker died', async () => {
    const { id } = await make('resumable');
    // Simulate a worker that claimed the job, wrote a checkpoint and then died.
    const lanes = { laneLimit: 1, exceptLanes: [], exceptProjects: [] };
    await claimJob(database.db, { types: ['resumable'], owner: 'dead', leaseMs: 1, ...lanes });
    await database.db
      .updateTable('jobs')
      .set({ checkpoint: JSON.stringify({ page: 7 }) })
      .where('id', '=', id)
      .execute();
    run({ type: 'resumable', run: async ({ checkpoint, attempts }) => ({ checkpoint, attempts }) });
    assert.deepEqual((await jobWith(id, 'completed')).result, { checkpoint: { page: 7 }, attempts: 2 });
  });

  it('gives a job up whose workers die again and again', async () => {
    const { id } = await make('deadly');
    await database.db.updateTable('jobs').set({ attempts: 5 }).where('id', '=', id).execute();
    run({ type: 'deadly', run: async () => 'never reached' });
    assert.equal(((await jobWith(id, 'failed')).error as { code: string }).code, 'job.workers_died');
  });

  it('keeps the lease of a job that takes longer than it', async () => {
    const started: number[] = [];
    const handler: JobHandler = {
      type: 'slow',
      async run(job, { signal }) {
        started.push(job.attempts);
        await Promise.race([untilAborted(signal), waitFor('three leases', () => performance.now() > begin + 900)]);
      },
    };
    const begin = performance.now();
    run(handler, { leaseMs: 300 });
    run(handler, { leaseMs: 300 });
    await jobWith((await make('slow')).id, 'completed');
    assert.deepEqual(started, [1]);
  });

  it('cancels a running job by its signal, and a waiting one at once', async () => {
    run({ type: 'endless', run: (_job, { signal }) => untilAborted(signal) });
    const { id } = await make('endless');
    await jobWith(id, 'running');
    await database.db.transaction().execute((trx) => cancelJob(trx, id));
    await jobWith(id, 'cancelled');
    assert.deepEqual(await eventsOf(id), ['cancelled']);

    const waiting = await make('of_nobody');
    const cancelled = await database.db.transaction().execute((trx) => cancelJob(trx, waiting.id));
    assert.equal(cancelled?.status, 'cancelled');
  });

  it('hands a running job back when it stops, and another goes on with it', async () => {
    const first = run({
      type: 'handed_over',
      async run(_job, { signal, checkpoint }) {
        await checkpoint({ page: 2 });
        await untilAborted(signal);
      },
    });
    const { id } = await make('handed_over');
    await waitFor('the checkpoint', async () => (await findJob(database.db, id))?.checkpoint !== null);
    await first.stop();
    assert.deepEqual((await findJob(database.db, id))?.status, 'pending');
    run({ type: 'handed_over', run: async ({ checkpoint, attempts }) => ({ checkpoint, attempts }) });
    assert.deepEqual((await jobWith(id, 'completed')).result, { checkpoint: { page: 2 }, attempts: 1 });
  });
});

describe('a job', () => {
  let database: TestDatabase;
  let projectId: number;
  before(async () => {
    database = await createTestDatabase();
    projectId = (await database.db.transaction().execute((trx) => createProject(trx, { name: 'P', ownerId: null }))).id;
  });
  after(() => database.destroy());

  const ask = (more: Partial<NewJob> = {}) =>
    database.db.transaction().execute((trx) =>
      createJob(trx, {
        project_id: projectId,
        definition: { type: 'any', parameters: Type.Unknown() },
        parameters: {},
        actor: systemActor,
        request_key: 'same',
        ...more,
      }),
    );

  it('is shared by equal requests while it is unfinished, also by those that come at once', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => ask()));
    assert.equal(new Set(made.map(({ job }) => job.id)).size, 1);
    assert.equal(made.filter(({ created }) => created).length, 1);
  });

  it('is a new one where a fresh one is asked for, which later requests then share', async () => {
    const { job: before } = await ask();
    const { job: fresh, created } = await ask({ fresh: true });
    assert.equal(created, true);
    assert.notEqual(fresh.id, before.id);
    assert.equal((await ask()).job.id, fresh.id);
  });

  it('is a new one once the one before has ended', async () => {
    const { job: before } = await ask();
    await database.db.transaction().execute((trx) => cancelJob(trx, before.id));
    assert.equal((await ask()).created, true);
  });
});
