import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { anotherRepository, createAnalysedRepository } from '../../test/analysis/analysed-repository.ts';
import { analysisJob, leaseOf } from '../../test/analysis/report-fixture.ts';
import type { RepositoryRow } from '../integrations/repositories/repository-queries.ts';
import type { AnalysisRequest } from './analysis-request.ts';
import type { JobRow, JobStatus } from './job.ts';
import { ANALYSIS_JOB, parametersOf } from './job-definitions.ts';
import { listJobEvents } from './job-event-queries.ts';
import { awaitJobSource, extendLease, finishJob } from './job-lease-queries.ts';
import { createJob, findJob } from './job-queries.ts';
import { supersedeOlderAnalyses } from './supersede-analyses-queries.ts';

describe('a newer commit', () => {
  let world: Awaited<ReturnType<typeof createAnalysedRepository>>;
  let count = 0;
  before(async () => {
    world = await createAnalysedRepository();
  });
  after(() => world.destroy());
  const fresh = (): Promise<RepositoryRow> => {
    count += 1;
    return anotherRepository(world, world.repository.project_id, `repository-${count}`);
  };

  const supersede = (job: JobRow): Promise<number[]> =>
    world.db.transaction().execute((trx) => supersedeOlderAnalyses(trx, job, parametersOf(ANALYSIS_JOB, job)));

  /** Returns for each older request whether the newer one supersedes its job. */
  async function superseded(older: Partial<AnalysisRequest>[], newer: Partial<AnalysisRequest>): Promise<boolean[]> {
    const repository = await fresh();
    const jobs = [];
    for (const request of older) jobs.push(await analysisJob(world.db, repository, 'pending', request));
    const job = await analysisJob(world.db, repository, 'pending', newer);
    const ids = await supersede(job);
    return jobs.map(({ id }) => ids.includes(id));
  }

  it('supersedes only analyses of older commits of the same pull request', async () => {
    const older = [
      { pr_number: 7, commit_sha: 'a' },
      { pr_number: 7, commit_sha: 'a', depth: 'comprehensive' as const },
      { pr_number: 7 },
      { pr_number: 7, commit_sha: 'b', depth: 'quick' as const },
      { pr_number: 8, commit_sha: 'a' },
      { branch: 'main', commit_sha: 'a' },
    ];
    assert.deepEqual(await superseded(older, { pr_number: 7, commit_sha: 'b', branch: 'main' }), [
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('supersedes analyses of older commits of a branch, except deeper ones', async () => {
    const older = [
      { branch: 'main', commit_sha: 'a' },
      { branch: 'main', commit_sha: 'a', depth: 'quick' as const },
      { branch: 'main', commit_sha: 'a', depth: 'comprehensive' as const },
      { branch: 'other', commit_sha: 'a' },
      { branch: 'main', commit_sha: 'a', pr_number: 7 },
      { commit_sha: 'a' },
    ];
    assert.deepEqual(await superseded(older, { branch: 'main', commit_sha: 'b' }), [
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('supersedes nothing when no commit is named', async () => {
    const older = [{ branch: 'main', commit_sha: 'a' }];
    assert.deepEqual(await superseded(older, { branch: 'main' }), [false]);
    assert.deepEqual(await superseded(older, { commit_sha: 'b' }), [false]);
  });

  it('ends a job that waits at once, and one that runs when its worker stops; both say why', async () => {
    const repository = await fresh();
    const older: Partial<AnalysisRequest> = { pr_number: 7, commit_sha: 'a' };
    const waiting = [];
    for (const status of ['pending', 'awaiting_source'] satisfies JobStatus[]) {
      waiting.push(await analysisJob(world.db, repository, status, older));
    }
    const running = await analysisJob(world.db, repository, 'running', older);
    const newer = await analysisJob(world.db, repository, 'pending', { pr_number: 7, commit_sha: 'b' });
    await supersede(newer);

    const codeOf = async (id: number) => {
      const job = await findJob(world.db, id);
      return [job?.status, (job?.error as { code: string; superseded_by: number } | null)?.superseded_by];
    };
    for (const { id } of waiting) assert.deepEqual(await codeOf(id), ['cancelled', newer.id]);
    assert.equal((await findJob(world.db, running.id))?.status, 'running');
    assert.equal(await extendLease(world.db, leaseOf(running), 1000), true);
    await finishJob(world.db, leaseOf(running), { status: 'cancelled' });
    assert.deepEqual(await codeOf(running.id), ['cancelled', newer.id]);
    const [event] = await listJobEvents(world.db, running.id, 0, 10);
    assert.match(JSON.stringify(event?.data), /"job\.superseded"/);
  });

  it('leaves no reason behind on a job that came to its end all the same', async () => {
    const repository = await fresh();
    const running = await analysisJob(world.db, repository, 'running', { pr_number: 7, commit_sha: 'a' });
    const newer = await analysisJob(world.db, repository, 'pending', { pr_number: 7, commit_sha: 'b' });
    await supersede(newer);
    await finishJob(world.db, leaseOf(running), { status: 'completed', result: {} });
    const ended = await findJob(world.db, running.id);
    assert.deepEqual([ended?.status, ended?.error], ['completed', null]);
  });

  it('analyzes a commit again when its job is being cancelled', async () => {
    const repository = await fresh();
    const first = await analysisJob(world.db, repository, 'running', { pr_number: 7, commit_sha: 'a' });
    const second = await analysisJob(world.db, repository, 'pending', { pr_number: 7, commit_sha: 'b' });
    await supersede(second);
    const again = await world.db.transaction().execute((trx) =>
      createJob(trx, {
        project_id: first.project_id,
        definition: ANALYSIS_JOB,
        parameters: parametersOf(ANALYSIS_JOB, first),
        ...(first.request_key === null ? {} : { request_key: first.request_key }),
        actor: { type: 'system', id: null, name: 'test' },
      }),
    );
    assert.equal(again.created, true);
  });

  it('ends a job also when its worker wants to wait for a source', async () => {
    const repository = await fresh();
    const running = await analysisJob(world.db, repository, 'running', { pr_number: 7, commit_sha: 'a' });
    const newer = await analysisJob(world.db, repository, 'pending', { pr_number: 7, commit_sha: 'b' });
    await supersede(newer);
    await awaitJobSource(world.db, leaseOf(running), {
      step: 'Waits for its source',
      error: { code: 'source.unreachable', detail: 'It is away.' },
      patienceMs: 60_000,
    });
    assert.equal((await findJob(world.db, running.id))?.status, 'cancelled');
  });
});
