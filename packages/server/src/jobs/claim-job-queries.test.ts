import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import Type from 'typebox';
import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { systemActor } from '../accounts/actor.ts';
import { createProject } from '../accounts/projects/project-queries.ts';
import { claimJob, type JobClaim, nextJobInMs } from './claim-job-queries.ts';
import type { JobRow } from './job.ts';
import { finishJob, handBackJob } from './job-lease-queries.ts';
import { createJob } from './job-queries.ts';

describe('claiming jobs', () => {
  let database: TestDatabase;
  let busy: number;
  let other: number;
  before(async () => {
    database = await createTestDatabase();
    const project = async (name: string): Promise<number> =>
      (await database.db.transaction().execute((trx) => createProject(trx, { name, ownerId: null }))).id;
    busy = await project('Busy');
    other = await project('Other');
  });
  afterEach(() => database.db.deleteFrom('jobs').execute());
  after(() => database.destroy());

  const make = async (project_id: number, type = 'import', lane?: string): Promise<JobRow> =>
    (
      await database.db.transaction().execute((trx) =>
        createJob(trx, {
          project_id,
          definition: { type, parameters: Type.Unknown() },
          parameters: {},
          actor: systemActor,
          ...(lane === undefined ? {} : { lane }),
        }),
      )
    ).job;
  let claims = 0;
  const claim = (options: Partial<JobClaim> = {}): Promise<JobRow | undefined> => {
    claims += 1;
    const owner = `worker-${claims}`;
    const limits = { laneLimit: 10, exceptLanes: [], exceptProjects: [] };
    return claimJob(database.db, { types: ['import'], owner, leaseMs: 60_000, ...limits, ...options });
  };
  const leaseOf = ({ id, lease_owner }: JobRow) => ({ jobId: id, owner: lease_owner as string });

  it('takes the first job of a project before the second one of another project, however many wait there', async () => {
    await sql`
      insert into jobs (project_id, job_type, lane, actor, not_before)
      select ${busy}, 'import', 'project:' || ${busy}::bigint, '{}', now() - interval '1 hour' from generate_series(1, 1000)`.execute(
      database.db,
    );
    const waiting = await make(other);
    assert.equal((await claim())?.project_id, busy);
    assert.equal((await claim())?.id, waiting.id);
    assert.equal((await claim())?.project_id, busy);
  });

  it('takes jobs of one lane in their order', async () => {
    const jobs = [await make(busy), await make(busy), await make(busy)];
    const claimed = [await claim(), await claim(), await claim()];
    assert.deepEqual(
      claimed.map((job) => job?.id),
      jobs.map(({ id }) => id),
    );
  });

  it('takes no more jobs of a lane than its limit, until one of them ends', async () => {
    for (let count = 0; count < 3; count += 1) await make(busy);
    const [first, second] = [await claim({ laneLimit: 2 }), await claim({ laneLimit: 2 })];
    assert.ok(first && second);
    assert.equal(await claim({ laneLimit: 2 }), undefined);
    await finishJob(database.db, leaseOf(first), { status: 'completed', result: null });
    assert.ok(await claim({ laneLimit: 2 }));
  });

  it('tells lanes of one project and equal lanes of two types apart', async () => {
    const one = await make(busy, 'import', 'integration:1');
    await make(busy, 'import', 'integration:1');
    const two = await make(busy, 'import', 'integration:2');
    const publication = await make(busy, 'publication', 'integration:1');
    const types = ['import', 'publication'];
    const claimed = [await claim({ types }), await claim({ types }), await claim({ types })];
    assert.deepEqual(
      claimed.map((job) => job?.id),
      [one.id, two.id, publication.id],
    );
  });

  it('leaves out what it is told to leave out', async () => {
    await make(busy);
    assert.equal(await claim({ exceptLanes: [`import/project:${busy}`] }), undefined);
    assert.equal(await claim({ exceptProjects: [busy] }), undefined);
    assert.equal(await claim({ types: ['publication'] }), undefined);
    assert.ok(await claim({ exceptLanes: [`import/project:${other}`], exceptProjects: [other] }));
  });

  it('takes a job whose worker has not been heard of, whatever waits', async () => {
    const abandoned = await make(busy);
    await claim({ leaseMs: -1000 });
    await make(other);
    const again = await claim({ laneLimit: 1 });
    assert.deepEqual([again?.id, again?.attempts], [abandoned.id, 2]);
  });

  it('gives each of several workers that claim at once a job of its own', async () => {
    for (let count = 0; count < 4; count += 1) await make(busy);
    const claimed = await Promise.all(Array.from({ length: 4 }, () => claim()));
    const ids = claimed.flatMap((job) => job?.id ?? []);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.length > 0);
  });

  it('knows when the next job is due, and nothing of jobs that wait for a signal', async () => {
    const job = await make(busy);
    await claim();
    await handBackJob(database.db, { jobId: job.id, owner: `worker-${claims}` }, 60_000, false);
    const nextInMs = await nextJobInMs(database.db, ['import']);
    assert.ok(nextInMs !== undefined && nextInMs > 30_000 && nextInMs <= 60_000, `${nextInMs}`);
    await sql`update jobs set not_before = 'infinity'`.execute(database.db);
    assert.equal(await nextJobInMs(database.db, ['import']), undefined);
  });
});
