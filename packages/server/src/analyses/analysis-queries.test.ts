import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { anotherRepository, createAnalysedRepository } from '../../test/analysis/analysed-repository.ts';
import { analysisJob, completedAnalysis, finding, leaseOf, report } from '../../test/analysis/report-fixture.ts';
import { getRepository, type RepositoryRow } from '../integrations/repositories/repository-queries.ts';
import { listJobEvents } from '../jobs/job-event-queries.ts';
import { findJob } from '../jobs/job-queries.ts';
import { beginJobSource, dropJobSource } from '../jobs/job-source-queries.ts';
import { failOverdueJobs } from '../jobs/overdue-job-queries.ts';
import { completeAnalysis, findAnalysis, newestBaseline, readReport } from './analysis-queries.ts';
import { dropAnalyses } from './analysis-retention-queries.ts';
import { listFindings, MOST_FINDINGS } from './findings/finding-queries.ts';
import { listTrends } from './trends/trend-queries.ts';

describe('a completed analysis', () => {
  let world: Awaited<ReturnType<typeof createAnalysedRepository>>;
  before(async () => {
    world = await createAnalysedRepository();
  });
  after(() => world.destroy());
  const fresh = (name: string): Promise<RepositoryRow> => anotherRepository(world, world.repository.project_id, name);
  const all = { limit: 200 };

  it('is written with the end of its job: result, report, findings, trend and the last analysis', async () => {
    const repository = await fresh('whole');
    const found = report([finding({ severity: 'low', rule: 'lines/long' }), finding({ rule: 'secrets/key' })]);
    const job = await completedAnalysis(world.db, repository, { report: found, result_key: 'k1' });

    const ended = await findJob(world.db, job.id);
    assert.deepEqual([ended?.status, ended?.result, ended?.lease_owner], ['completed', found.result, null]);
    const events = await listJobEvents(world.db, job.id, 0, 10);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['completed'],
    );
    const row = await findAnalysis(world.db, job.id);
    assert.deepEqual(
      [row?.commit_sha, row?.depth, row?.is_default_branch, row?.result_key, row?.complete, row?.gate_passed],
      [found.repository.commit, 'standard', true, 'k1', true, true],
    );
    assert.ok(row !== undefined && !('report' in row));
    assert.equal((await getRepository(world.db, repository.id))?.last_analysis_id, job.id);

    const kept = await readReport(world.db, job.id);
    assert.deepEqual(
      kept?.findings.map(({ id, rule }) => [id, rule]),
      [
        [1, 'secrets/key'],
        [2, 'lines/long'],
      ],
    );
    assert.deepEqual({ ...kept, findings: [] }, { ...found, findings: [] });
    assert.deepEqual((await listFindings(world.db, job.id, {}, all)).items, kept?.findings);
  });

  it('is not written at all when the lease was lost, or when what belongs to it fails', async () => {
    const repository = await fresh('lost');
    const job = await analysisJob(world.db, repository, 'running');
    const analysis = { report: report(), branch: null, pr_number: null, is_default_branch: true, result_key: 'k' };
    const lost = await completeAnalysis(world.db, { ...leaseOf(job), owner: 'another' }, analysis, () =>
      assert.fail('what belongs to it was written'),
    );
    assert.equal(lost, undefined);
    const failing = completeAnalysis(world.db, leaseOf(job), analysis, async () => {
      throw new Error('the disk is full');
    });
    await assert.rejects(failing, /the disk is full/);
    assert.equal((await findJob(world.db, job.id))?.status, 'running');
    assert.equal(await findAnalysis(world.db, job.id), undefined);
    assert.equal((await getRepository(world.db, repository.id))?.last_analysis_id, null);
    assert.deepEqual((await listTrends(world.db, repository.id, all)).items, []);
  });

  it('keeps what PostgreSQL cannot hold of a hostile source as a replacement', async () => {
    const repository = await fresh('hostile');
    const hostile = report([finding({ title: 'a\0b', path: 'half \ud800', fingerprint: 'f\0' })]);
    const job = await completedAnalysis(world.db, repository, {
      report: { ...hostile, result: { ...hostile.result, summary: 'Found a\0b' } },
    });
    const [first] = (await listFindings(world.db, job.id, {}, all)).items;
    assert.deepEqual([first?.title, first?.path, first?.fingerprint], ['a\ufffdb', 'half \ufffd', 'f\ufffd']);
    assert.deepEqual((await readReport(world.db, job.id))?.findings, [first]);
  });

  it(`keeps the ${MOST_FINDINGS} most severe findings, and says how many there were`, async () => {
    const repository = await fresh('many');
    const many = Array.from({ length: MOST_FINDINGS + 5 }, (_, index) =>
      finding({ fingerprint: String(index), severity: index === MOST_FINDINGS ? 'critical' : 'low' }),
    );
    const job = await completedAnalysis(world.db, repository, { report: report(many) });
    const row = await findAnalysis(world.db, job.id);
    assert.equal(row?.left_out, 5);
    const first = (await listFindings(world.db, job.id, {}, { limit: 1 })).items[0];
    assert.deepEqual([first?.id, first?.fingerprint], [1, String(MOST_FINDINGS)]);
    const last = await listFindings(world.db, job.id, {}, { limit: 10, after: MOST_FINDINGS - 1 });
    assert.deepEqual([last.items.length, last.next], [1, null]);
    const kept = await readReport(world.db, job.id);
    assert.equal(kept?.findings.length, MOST_FINDINGS);
    assert.match(kept?.result.summary ?? '', /Of 20005 findings the 20000 most severe are kept/);
    assert.deepEqual((await findJob(world.db, job.id))?.result, kept?.result);
  });

  it('is the baseline, and a point of the trends, when it is of the default branch', async () => {
    const repository = await fresh('based');
    const facts = {
      ...report().facts,
      dependencies: [
        { name: 'behind', version: '1.0.0', latest: '3.0.0', direct: true },
        { name: 'newest', version: '3.0.0', latest: '3.0.0', direct: true },
        { name: 'transitive', version: '1.0.0', latest: '3.0.0', direct: false },
      ] as ReturnType<typeof report>['facts']['dependencies'],
      complexity: { functions: 4, total: 9, highest: 5, over_threshold: 0 },
      duplication: { lines: 90, duplicated_lines: 9, percent: 10, clones: 1 },
    };
    const first = await completedAnalysis(world.db, repository, { report: report([], { depth: 'quick' }) });
    const newest = await completedAnalysis(world.db, repository, { report: report([finding()], { facts }) });
    const ofPull = await completedAnalysis(world.db, repository, { is_default_branch: false, pr_number: 7 });
    assert.equal((await newestBaseline(world.db, repository.id))?.job_id, newest.id);
    assert.equal((await getRepository(world.db, repository.id))?.last_analysis_id, ofPull.id);
    const { items } = await listTrends(world.db, repository.id, all);
    assert.deepEqual(
      items.map(({ job_id, lines, findings, complexity, duplication_percent, dependencies, dependencies_behind }) => [
        job_id,
        lines,
        findings.critical,
        complexity?.total,
        duplication_percent,
        dependencies,
        dependencies_behind,
      ]),
      [
        [newest.id, 90, 1, 9, 10, 3, 1],
        [first.id, 90, 0, undefined, null, 0, null],
      ],
    );
  });

  it('goes when its time is over, but for the last one and the newest of the default branch; the trends stay', async () => {
    const repository = await fresh('old');
    const jobs = [];
    for (const is_default_branch of [true, true, false, false]) {
      jobs.push(await completedAnalysis(world.db, repository, { is_default_branch }));
    }
    await world.db
      .updateTable('jobs')
      .set({ completed_at: new Date('2020-01-01') })
      .where('repository_id', '=', repository.id)
      .execute();
    const drop = (limit: number) =>
      world.db.transaction().execute((trx) => dropAnalyses(trx, new Date('2021-01-01'), limit));
    assert.deepEqual([await drop(1), await drop(10), await drop(10)], [1, 1, 0]);
    const kept = await Promise.all(jobs.map(async ({ id }) => (await findAnalysis(world.db, id)) !== undefined));
    assert.deepEqual(kept, [false, true, false, true]);
    assert.equal(await findJob(world.db, jobs[0]?.id ?? 0), undefined);
    assert.equal((await listTrends(world.db, repository.id, all)).items.length, 2);
  });
});

it('a job whose source never came fails and says so', async () => {
  const world = await createAnalysedRepository();
  try {
    const job = await analysisJob(world.db, world.repository, 'awaiting_source');
    const waitUntil = (at: Date) =>
      world.db.updateTable('jobs').set({ give_up_at: at }).where('id', '=', job.id).execute();
    await waitUntil(new Date(Date.now() + 60_000));
    await failOverdueJobs(world.db);
    assert.equal((await findJob(world.db, job.id))?.status, 'awaiting_source');
    await waitUntil(new Date(Date.now() - 60_000));
    const upload = await beginJobSource(world.db, job.id);
    await failOverdueJobs(world.db);
    assert.equal((await findJob(world.db, job.id))?.status, 'awaiting_source', 'an upload is under way');
    await dropJobSource(world.db, upload ?? '');
    await failOverdueJobs(world.db);
    const failed = await findJob(world.db, job.id);
    assert.equal(failed?.status, 'failed');
    assert.match(JSON.stringify(failed?.error), /"job\.source_missing"/);
    assert.deepEqual(
      (await listJobEvents(world.db, job.id, 0, 10)).map(({ type }) => type),
      ['failed'],
    );
  } finally {
    await world.destroy();
  }
});
