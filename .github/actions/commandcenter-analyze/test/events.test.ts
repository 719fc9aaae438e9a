import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StepRun } from './runner/run-action.ts';
import type { Trigger } from './runner/trigger.ts';
import type { HostedRepository } from './stage/hosted-repository.ts';
import type { Job } from './stage/server.ts';
import { type AnalyseOptions, openStage, type Stage } from './stage/stage.ts';
import { branchTrigger, mergeGroupTrigger, pullRequestTrigger, pushTrigger } from './stage/triggers.ts';

const NOTHING = '0'.repeat(40);

describe('what is analysed, by what set the workflow off', () => {
  let stage: Stage;
  let repository: HostedRepository;
  let another: HostedRepository;
  before(async () => {
    // Nothing is worked off here: what is asked for is what counts.
    stage = await openStage({ environment: { ROLE: 'api' } });
    repository = await stage.addRepository('web', { 'src/a.js': 'export const a = 1;\n' });
    another = await stage.addRepository('api', { 'src/b.js': 'export const b = 1;\n' });
  });
  after(() => stage[Symbol.asyncDispose]());

  /** Asks, and does not wait. */
  const analyse = async (trigger: Trigger, options: AnalyseOptions = {}): Promise<{ step: StepRun; job: Job }> => {
    const given = { 'timeout-minutes': '0.001', ...options.with };
    const step = await stage.analyse(trigger, { ...options, with: given });
    assert.deepEqual([step.exitCode, step.outputs.status], [0, 'timeout'], step.output);
    return { step, job: await stage.server.job(step.outputs['job-id']) };
  };
  /** Without what is the same in all of them. */
  const asked = ({ parameters: { repository: _repository, depth: _depth, ...rest } }: Job): object =>
    Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'repository_id'));

  describe('a pull request: its head, compared with where it left its base', () => {
    it('although the base has moved on, the checkout is a merge commit, and only one commit deep', async () => {
      const pull = await repository.openPull({ 'src/change.js': 'export const b = 1;\n' });
      const moved = await repository.push({ 'src/meanwhile.js': 'export const c = 1;\n' });
      const pushed = await repository.pushToPull(pull, { 'src/change.js': 'export const b = 2;\n' });
      const trigger = pullRequestTrigger(repository, pushed);
      assert.deepEqual([pushed.base, trigger.sha], [moved, pushed.merge]);
      const { job, step } = await analyse(trigger);
      const expected = { commit_sha: pushed.head, base_sha: pull.mergeBase, pr_number: pull.number };
      assert.deepEqual(asked(job), expected);
      assert.match(
        step.output,
        new RegExp(`at ${pushed.head.slice(0, 12)}, compared with ${pull.mergeBase.slice(0, 12)}`),
      );

      const before = stage.github.requests.total;
      const deep = await analyse(trigger, { checkout: { 'fetch-depth': '0' } });
      assert.deepEqual(asked(deep.job), expected);
      const paths = stage.github.requests
        .all()
        .slice(before - stage.github.requests.total)
        .map(({ path }) => path);
      assert.ok(!paths.some((path) => path.includes('/compare/')), 'the history is there: GitHub is not asked');
    });

    it('also when nothing is checked out', async () => {
      const pull = await repository.openPull({ 'src/more.js': 'export const d = 1;\n' });
      const { job } = await analyse(pullRequestTrigger(repository, pull), { checkout: null });
      assert.deepEqual(asked(job), { commit_sha: pull.head, base_sha: pull.mergeBase, pr_number: pull.number });
    });

    it('and nothing where secrets are kept from it: neutral, green, and it says why', async () => {
      stage.github.state.addRepository({ owner: 'contributor', name: 'web' });
      const fork = await repository.openPull({ 'src/fork.js': 'export const e = 1;\n' }, { from: 'contributor/web' });
      const own = await repository.openPull({ 'src/bump.js': 'export const f = 1;\n' });
      const jobs = (await stage.server.jobs()).length;
      for (const trigger of [
        pullRequestTrigger(repository, fork, 'contributor'),
        pullRequestTrigger(repository, own, 'dependabot[bot]'),
      ]) {
        const step = await stage.analyse(trigger, { with: { 'fail-on-errors': 'true' } });
        assert.equal(step.exitCode, 0, step.output);
        const [notice, ...others] = step.annotations;
        assert.deepEqual([notice?.level, notice?.title, others], ['notice', 'No analysis', []]);
        assert.match(
          notice?.message ?? '',
          /^commandcenter-url, project-id, api-token are empty: GitHub keeps secrets from pull requests of forks and of Dependabot\. Nothing was analysed/,
        );
        assert.equal(step.summary, `## CommandCenter: no analysis\n\n${notice?.message}\n`);
        assert.deepEqual(step.outputs, {});
      }
      assert.equal((await stage.server.jobs()).length, jobs);
    });
  });

  describe('a push: what was pushed', () => {
    it('compared with what was there before', async () => {
      const before = repository.tip();
      const sha = await repository.push({ 'src/next.js': 'export const g = 1;\n' });
      const { job } = await analyse(pushTrigger(repository, { before, after: sha }));
      assert.deepEqual(asked(job), { commit_sha: sha, base_sha: before, branch: 'main' });
    });

    it('without a base where there was nothing before, or it was pushed by force', async () => {
      const sha = repository.tip();
      const created = await analyse(pushTrigger(repository, { before: NOTHING, after: sha, created: true }));
      assert.deepEqual(asked(created.job), { commit_sha: sha, branch: 'main' });
      const forced = await analyse(pushTrigger(repository, { before: 'f'.repeat(40), after: sha, forced: true }));
      assert.deepEqual(asked(forced.job), { commit_sha: sha, branch: 'main' });
    });

    it('of nothing: a branch that was deleted is not analysed', async () => {
      const jobs = (await stage.server.jobs()).length;
      const gone = { before: repository.tip(), after: NOTHING, branch: 'gone', deleted: true };
      const step = await stage.analyse(pushTrigger(repository, gone));
      assert.deepEqual([step.exitCode, step.outputs, step.annotations], [0, {}, []]);
      assert.match(step.output, /^The branch was deleted: there is nothing to analyse\.$/m);
      assert.equal((await stage.server.jobs()).length, jobs);
    });

    it('unless something else is checked out', async () => {
      const older = repository.work.git('rev-parse', 'main~1');
      const push = pushTrigger(repository, { before: older, after: repository.tip() });
      const { job } = await analyse(push, { checkout: { ref: older } });
      assert.deepEqual(asked(job), { commit_sha: older });
    });
  });

  it('a merge group: what would be merged, compared with what it goes on', async () => {
    const pull = await repository.openPull({ 'src/queued.js': 'export const h = 1;\n' });
    const { job } = await analyse(mergeGroupTrigger(repository, pull));
    assert.deepEqual(asked(job), { commit_sha: pull.merge, base_sha: pull.base });
  });

  it('a schedule: the branch, each time anew; by hand only when something changed', async () => {
    const schedule = branchTrigger(repository, 'schedule');
    const first = await analyse(schedule);
    assert.deepEqual(asked(first.job), { commit_sha: repository.tip(), branch: 'main' });
    assert.notEqual((await analyse(schedule)).job.id, first.job.id);
    const byHand = branchTrigger(repository, 'workflow_dispatch');
    const last = await analyse(byHand);
    const again = await analyse(byHand);
    assert.equal(again.job.id, last.job.id);
    assert.match(again.step.output, /: job \d+, which was asked for before$/m);
  });

  describe('another repository than the workflow’s', () => {
    it('is what is checked out: at its head, without a base', async () => {
      const pull = await repository.openPull({ 'src/i.js': 'export const i = 1;\n' });
      const { job } = await analyse(pullRequestTrigger(repository, pull), { checkout: { repository: 'my-org/api' } });
      assert.deepEqual(job.parameters.repository, { owner: 'my-org', name: 'api' });
      assert.deepEqual(asked(job), { commit_sha: another.tip() });
    });

    it('is what `repository-id` names: its default branch, where that is not what is checked out', async () => {
      const { items } = await stage.server.call<{ items: { id: number; name: string }[] }>(
        'GET',
        '/repositories?project_id=1',
      );
      const idOf = (name: string): string => String(items.find((one) => one.name === name)?.id);
      const pull = await repository.openPull({ 'src/j.js': 'export const j = 1;\n' });
      const trigger = pullRequestTrigger(repository, pull);
      const same = await analyse(trigger, { with: { 'repository-id': idOf('web') } });
      assert.deepEqual(asked(same.job), { commit_sha: pull.head, base_sha: pull.mergeBase, pr_number: pull.number });

      const other = await analyse(trigger, { with: { 'repository-id': idOf('api') } });
      assert.match(
        other.step.output,
        /is my-org\/api, which is not what is checked out: its default branch is analysed/,
      );
      assert.deepEqual([other.job.parameters.repository.name, asked(other.job)], ['api', {}]);
      const jobs = await stage.server.jobs();
      const made = jobs.filter(
        ({ parameters }) => parameters.repository.name === 'api' && parameters.commit_sha === pull.head,
      );
      assert.deepEqual(
        made.map(({ status }) => status),
        ['cancelled'],
        'it was for commits of another repository',
      );
    });
  });
});
