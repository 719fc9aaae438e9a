import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { anotherRepository, createAnalysedRepository } from '../../test/analysis/analysed-repository.ts';
import { completedAnalysis, sha } from '../../test/analysis/report-fixture.ts';
import type { Principal } from '../accounts/principal.ts';
import type { RepositoryRow } from '../integrations/repositories/repository-queries.ts';
import { type IsCurrentAnalysis, requestAnalysis } from './request-analysis.ts';

const principal: Principal = {
  actor: { type: 'token', id: 1, name: 'test' },
  key: 'token:1',
  scopes: new Set(['jobs:create']),
  projectIds: null,
  boundProjectId: null,
  repository: null,
  userId: null,
  expiresAt: null,
};

describe('the same request for an analysis', () => {
  let world: Awaited<ReturnType<typeof createAnalysedRepository>>;
  let repository: RepositoryRow;
  let count = 0;
  before(async () => {
    world = await createAnalysedRepository();
  });
  after(() => world.destroy());

  const begin = async (): Promise<void> => {
    count += 1;
    repository = await anotherRepository(world, world.repository.project_id, `asked-${count}`);
  };
  const ask = (parameters: object, isCurrent: IsCurrentAnalysis) =>
    requestAnalysis(
      world.db,
      principal,
      {
        project_id: repository.project_id,
        job_type: 'repository_analysis',
        parameters: { repository_id: repository.id, depth: 'standard', ...parameters },
      },
      isCurrent,
    );

  it('is the newest completed one while that is still current', async () => {
    await begin();
    const commit_sha = sha();
    await completedAnalysis(world.db, repository, { request: { commit_sha } });
    const newest = await completedAnalysis(world.db, repository, { request: { commit_sha }, result_key: 'newest' });
    const asked: unknown[] = [];
    const { job, created } = await ask({ commit_sha }, async (candidate, analysis) => {
      asked.push([candidate.id, analysis.result_key]);
      return true;
    });
    assert.deepEqual([job.id, created], [newest.id, false]);
    assert.deepEqual(asked, [[newest.id, 'newest']]);
  });

  it('is a new one when base, configuration or advisory data have changed', async () => {
    await begin();
    const commit_sha = sha();
    const completed = await completedAnalysis(world.db, repository, { request: { commit_sha } });
    const { job, created } = await ask({ commit_sha }, async () => false);
    assert.equal(created, true);
    assert.notEqual(job.id, completed.id);
    const again = await ask({ commit_sha }, () => assert.fail('an unfinished one needs no look'));
    assert.deepEqual([again.job.id, again.created], [job.id, false]);
  });

  it('is not one of another commit, base, depth or pull request', async () => {
    await begin();
    const request = { commit_sha: sha(), base_sha: sha() };
    await completedAnalysis(world.db, repository, { request });
    const never: IsCurrentAnalysis = () => assert.fail('asked about another request');
    for (const other of [{ commit_sha: sha() }, { base_sha: sha() }, { depth: 'quick' }, { pr_number: 7 }]) {
      assert.equal((await ask({ ...request, ...other }, never)).created, true);
    }
  });

  it('is always a new one when it is to be fresh', async () => {
    await begin();
    const commit_sha = sha();
    await completedAnalysis(world.db, repository, { request: { commit_sha } });
    const made = await ask({ commit_sha, fresh: true }, () => assert.fail('looked for an earlier one'));
    assert.equal(made.created, true);
  });
});
