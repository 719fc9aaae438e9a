import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type AnalyzeOptions, type Harness, openHarness } from './harness/harness.ts';
import type { HostedRepository } from './harness/hosted-repository.ts';
import type { Job } from './harness/server.ts';
import { branchTrigger, mergeGroupTrigger, pullRequestTrigger, pushTrigger } from './harness/triggers.ts';
import type { StepRun } from './runner/run-action.ts';
import type { Trigger } from './runner/trigger.ts';

const NOTHING = '0'.repeat(40);

describe('the event of the workflow decides what is analyzed', () => {
  let harness: Harness;
  let repository: HostedRepository;
  let another: HostedRepository;
  before(async () => {
    // Start no worker, because these tests look only at the requested jobs.
    harness = await openHarness({ environment: { ROLE: 'api' } });
    repository = await harness.addRepository('web', { 'src/a.js': 'export const a = 1;\n' });
    another = await harness.addRepository('api', { 'src/b.js': 'export const b = 1;\n' });
  });
  after(() => harness[Symbol.asyncDispose]());

  /** Runs the Action with a time limit that ends it as soon as the analysis is requested. Returns the step and the job. */
  const analyze = async (trigger: Trigger, options: AnalyzeOptions = {}): Promise<{ step: StepRun; job: Job }> => {
    const given = { 'timeout-minutes': '0.001', ...options.with };
    const step = await harness.analyze(trigger, { ...options, with: given });
    assert.deepEqual([step.exitCode, step.outputs.status], [0, 'timeout'], step.output);
    return { step, job: await harness.server.job(step.outputs['job-id']) };
  };
  /** Returns the parameters of a job without those that are equal in all tests. */
  const requestedParameters = ({ parameters: { repository: _repository, depth: _depth, ...rest } }: Job): object =>
    Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'repository_id'));

  describe('for a pull request: its head, compared with the merge base', () => {
    it('even if the base has newer commits and the checkout is a shallow merge commit', async () => {
      const pull = await repository.openPull({ 'src/change.js': 'export const b = 1;\n' });
      const moved = await repository.push({ 'src/meanwhile.js': 'export const c = 1;\n' });
      const pushed = await repository.pushToPull(pull, { 'src/change.js': 'export const b = 2;\n' });
      const trigger = pullRequestTrigger(repository, pushed);
      assert.deepEqual([pushed.base, trigger.sha], [moved, pushed.merge]);
      const { job, step } = await analyze(trigger);
      const expected = { commit_sha: pushed.head, base_sha: pull.mergeBase, pr_number: pull.number };
      assert.deepEqual(requestedParameters(job), expected);
      assert.match(
        step.output,
        new RegExp(`at ${pushed.head.slice(0, 12)}, compared with ${pull.mergeBase.slice(0, 12)}`),
      );

      const before = harness.github.requests.total;
      const deep = await analyze(trigger, { checkout: { 'fetch-depth': '0' } });
      assert.deepEqual(requestedParameters(deep.job), expected);
      const paths = harness.github.requests
        .all()
        .slice(before - harness.github.requests.total)
        .map(({ path }) => path);
      assert.ok(!paths.some((path) => path.includes('/compare/')), 'the history is there: GitHub is not asked');
    });

    it('even if nothing is checked out', async () => {
      const pull = await repository.openPull({ 'src/more.js': 'export const d = 1;\n' });
      const { job } = await analyze(pullRequestTrigger(repository, pull), { checkout: null });
      assert.deepEqual(requestedParameters(job), {
        commit_sha: pull.head,
        base_sha: pull.mergeBase,
        pr_number: pull.number,
      });
    });

    it('but nothing if it gets no secrets: the step succeeds and explains why', async () => {
      harness.github.state.addRepository({ owner: 'contributor', name: 'web' });
      const fork = await repository.openPull({ 'src/fork.js': 'export const e = 1;\n' }, { from: 'contributor/web' });
      const own = await repository.openPull({ 'src/bump.js': 'export const f = 1;\n' });
      const jobs = (await harness.server.jobs()).length;
      for (const trigger of [
        pullRequestTrigger(repository, fork, 'contributor'),
        pullRequestTrigger(repository, own, 'dependabot[bot]'),
      ]) {
        const step = await harness.analyze(trigger, { with: { 'fail-on-errors': 'true' } });
        assert.equal(step.exitCode, 0, step.output);
        const [notice, ...others] = step.annotations;
        assert.deepEqual([notice?.level, notice?.title, others], ['notice', 'No analysis', []]);
        assert.match(
          notice?.message ?? '',
          /^commandcenter-url, project-id, api-token are empty, because GitHub gives no secrets to pull requests of forks and of Dependabot\. Nothing was analyzed/,
        );
        assert.equal(step.summary, `## CommandCenter: no analysis\n\n${notice?.message}\n`);
        assert.deepEqual(step.outputs, {});
      }
      assert.equal((await harness.server.jobs()).length, jobs);
    });
  });

  describe('for a push: the pushed commit', () => {
    it('compared with the previous commit', async () => {
      const before = repository.tip();
      const sha = await repository.push({ 'src/next.js': 'export const g = 1;\n' });
      const { job } = await analyze(pushTrigger(repository, { before, after: sha }));
      assert.deepEqual(requestedParameters(job), { commit_sha: sha, base_sha: before, branch: 'main' });
    });

    it('without a base for a new branch or a forced push', async () => {
      const sha = repository.tip();
      const created = await analyze(pushTrigger(repository, { before: NOTHING, after: sha, created: true }));
      assert.deepEqual(requestedParameters(created.job), { commit_sha: sha, branch: 'main' });
      const forced = await analyze(pushTrigger(repository, { before: 'f'.repeat(40), after: sha, forced: true }));
      assert.deepEqual(requestedParameters(forced.job), { commit_sha: sha, branch: 'main' });
    });

    it('but nothing for a deleted branch', async () => {
      const jobs = (await harness.server.jobs()).length;
      const gone = { before: repository.tip(), after: NOTHING, branch: 'gone', deleted: true };
      const step = await harness.analyze(pushTrigger(repository, gone));
      assert.deepEqual([step.exitCode, step.outputs, step.annotations], [0, {}, []]);
      assert.match(step.output, /^The branch was deleted, so there is nothing to analyze\.$/m);
      assert.equal((await harness.server.jobs()).length, jobs);
    });

    it('unless another commit is checked out', async () => {
      const older = repository.work.git('rev-parse', 'main~1');
      const push = pushTrigger(repository, { before: older, after: repository.tip() });
      const { job } = await analyze(push, { checkout: { ref: older } });
      assert.deepEqual(requestedParameters(job), { commit_sha: older });
    });
  });

  it('for a merge group: its head, compared with its base', async () => {
    const pull = await repository.openPull({ 'src/queued.js': 'export const h = 1;\n' });
    const { job } = await analyze(mergeGroupTrigger(repository, pull));
    assert.deepEqual(requestedParameters(job), { commit_sha: pull.merge, base_sha: pull.base });
  });

  it('for a schedule: the branch every time, and for a manual run only after changes', async () => {
    const schedule = branchTrigger(repository, 'schedule');
    const first = await analyze(schedule);
    assert.deepEqual(requestedParameters(first.job), { commit_sha: repository.tip(), branch: 'main' });
    assert.notEqual((await analyze(schedule)).job.id, first.job.id);
    const byHand = branchTrigger(repository, 'workflow_dispatch');
    const last = await analyze(byHand);
    const again = await analyze(byHand);
    assert.equal(again.job.id, last.job.id);
    assert.match(again.step.output, /: job \d+, which was already requested$/m);
  });

  describe('for another repository than the workflow’s', () => {
    it('analyzes the checked-out commit without a base', async () => {
      const pull = await repository.openPull({ 'src/i.js': 'export const i = 1;\n' });
      const { job } = await analyze(pullRequestTrigger(repository, pull), { checkout: { repository: 'my-org/api' } });
      assert.deepEqual(job.parameters.repository, { owner: 'my-org', name: 'api' });
      assert.deepEqual(requestedParameters(job), { commit_sha: another.tip() });
    });

    it('analyzes the default branch of the repository that `repository-id` names, if it is not checked out', async () => {
      const { items } = await harness.server.call<{ items: { id: number; name: string }[] }>(
        'GET',
        '/repositories?project_id=1',
      );
      const idOf = (name: string): string => String(items.find((one) => one.name === name)?.id);
      const pull = await repository.openPull({ 'src/j.js': 'export const j = 1;\n' });
      const trigger = pullRequestTrigger(repository, pull);
      const same = await analyze(trigger, { with: { 'repository-id': idOf('web') } });
      assert.deepEqual(requestedParameters(same.job), {
        commit_sha: pull.head,
        base_sha: pull.mergeBase,
        pr_number: pull.number,
      });

      const other = await analyze(trigger, { with: { 'repository-id': idOf('api') } });
      assert.match(other.step.output, /is my-org\/api, which is not checked out\. Its default branch is analyzed/);
      assert.deepEqual([other.job.parameters.repository.name, requestedParameters(other.job)], ['api', {}]);
      const jobs = await harness.server.jobs();
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
