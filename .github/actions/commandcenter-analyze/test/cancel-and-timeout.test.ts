import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { type OsvServer, startOsvServer } from '../../../../packages/analyzer/src/advisories/testing/osv-server.ts';
import { lockfile } from '../../../../packages/server/test/analysis/planted.ts';
import { waitFor } from '../../../../packages/server/test/harness/wait-for.ts';
import { blockAdvisories } from './harness/blocked-advisories.ts';
import { type AnalyzeOptions, type Harness, insteadOf, openHarness } from './harness/harness.ts';
import type { HostedRepository, PullRequest } from './harness/hosted-repository.ts';
import { openReverseProxy, type ReverseProxy } from './harness/reverse-proxy.ts';
import type { Job } from './harness/server.ts';
import { pullRequestTrigger } from './harness/triggers.ts';
import type { RunningStep, StepRun } from './runner/run-action.ts';

describe('an analysis that takes longer than a step', () => {
  let osv: OsvServer;
  let harness: Harness;
  let repository: HostedRepository;
  let held: ReturnType<typeof blockAdvisories>;
  before(async () => {
    osv = await startOsvServer([]);
    harness = await openHarness({ osvUrl: osv.url });
    repository = await harness.addRepository('web', { 'package-lock.json': lockfile({ fine: '1.0.0' }) });
  });
  beforeEach(() => {
    held = blockAdvisories(osv);
  });
  afterEach(() => held.release());
  after(async () => {
    await harness[Symbol.asyncDispose]();
    await osv[Symbol.asyncDispose]();
  });

  let changes = 0;
  const openPull = (): Promise<PullRequest> => {
    changes += 1;
    return repository.openPull({ 'src/change.js': `export const change = ${changes};\n` });
  };
  const analyze = (pull: PullRequest, options?: AnalyzeOptions): Promise<StepRun> =>
    harness.analyze(pullRequestTrigger(repository, pull), { checkout: null, ...options });
  /** Returns the job of a step once it is running. */
  const followed = async (step: RunningStep): Promise<Job> => {
    const id = await waitFor('a job to be followed', () => /: job (\d+)/.exec(step.output())?.[1]);
    return harness.server.comeTo(id, 'running');
  };

  it('continues after `timeout-minutes`, and the next run shows its result', async () => {
    const pull = await openPull();
    const options = { with: { 'timeout-minutes': '0.05' } };
    const step = await analyze(pull, options);
    assert.equal(step.exitCode, 0, step.output);
    const id = step.outputs['job-id'];
    const message = `The analysis did not finish within 0.05 minutes. Job ${id} continues, and a new run of this workflow uses its result. Raise timeout-minutes.`;
    assert.deepEqual(step.outputs, { 'job-id': id, status: 'timeout', summary: message });
    assert.deepEqual(step.annotations, [{ level: 'warning', title: 'Incomplete analysis', message }]);
    assert.equal(step.summary, `## CommandCenter: no result\n\n${message}\n`);
    assert.deepEqual(harness.comments(repository, pull.number), []);

    const gated = await analyze(pull, { with: { ...options.with, 'fail-on-errors': 'true' } });
    assert.deepEqual([gated.exitCode, gated.outputs], [4, step.outputs]);
    assert.deepEqual(gated.annotations, [{ level: 'error', title: 'Incomplete analysis', message }]);
    assert.equal((await harness.server.job(id)).status, 'running');

    held.release();
    const last = await analyze(pull);
    assert.deepEqual([last.outputs['job-id'], last.outputs.status], [id, 'completed']);
  });

  it('suggests a lower depth if there is one', async () => {
    const step = await analyze(await openPull(), { with: { 'timeout-minutes': '0.02', 'analysis-depth': 'standard' } });
    assert.match(step.outputs.summary ?? '', /Raise timeout-minutes, or set analysis-depth to quick\.$/);
    held.release();
    await harness.server.comeTo(step.outputs['job-id'], 'completed');
  });

  it('is cancelled together with the workflow', async () => {
    const during = async (step: RunningStep): Promise<void> => {
      await followed(step);
      step.cancel();
    };
    const step = await analyze(await openPull(), { during });
    assert.equal(step.exitCode, 4, 'it ends by itself, at the first signal');
    assert.match(step.output, /^Job \d+ cancelled\.$/m);
    assert.deepEqual(step.annotations, [
      { level: 'error', title: 'Incomplete analysis', message: 'The workflow was cancelled.' },
    ]);
    assert.equal(step.outputs.status, 'failed');
    await harness.server.comeTo(step.outputs['job-id'], 'cancelled');
  });

  it('is not cancelled if another run had requested it before', async () => {
    const pull = await openPull();
    const { id } = await harness.server.call<Job>('POST', '/jobs', {
      project_id: 1,
      job_type: 'repository_analysis',
      parameters: {
        repository: { owner: 'my-org', name: 'web' },
        depth: 'quick',
        commit_sha: pull.head,
        base_sha: pull.mergeBase,
        pr_number: pull.number,
      },
    });
    const during = async (step: RunningStep): Promise<void> => {
      await followed(step);
      step.cancel();
    };
    const step = await analyze(pull, { during });
    assert.deepEqual([step.exitCode, step.outputs['job-id']], [4, String(id)]);
    assert.doesNotMatch(step.output, /^Job \d+ is cancelled/m);
    held.release();
    await harness.server.comeTo(id, 'completed');
  });

  it('is replaced by that of a newer commit, without failing the step', async () => {
    const pull = await openPull();
    let newer: Promise<StepRun> | undefined;
    const during = async (step: RunningStep): Promise<void> => {
      await followed(step);
      newer = analyze(await repository.pushToPull(pull, { 'src/newer.js': 'export const n = 1;\n' }));
    };
    const step = await analyze(pull, { during });
    assert.deepEqual([step.exitCode, step.outputs.status], [0, 'failed'], step.output);
    assert.match(
      step.outputs.summary ?? '',
      /^Job \d+ was cancelled\. A newer commit of the pull request is analysed instead, by job \d+\./,
    );
    held.release();
    assert.equal((await newer)?.outputs.status, 'completed');
    assert.equal(harness.comments(repository, pull.number).length, 1);
  });

  describe('while the step is still fetching its source', () => {
    let unknown: HostedRepository;
    let silent: ReverseProxy;
    before(async () => {
      unknown = await harness.addRepository('unknown', { 'src/a.js': 'export const a = 1;\n' }, { unknown: true });
      silent = await openReverseProxy();
      silent.intercept = () => true;
    });
    after(() => silent[Symbol.asyncDispose]());

    /** Makes GitHub hang for every request after the checkout. */
    const options: AnalyzeOptions = {
      checkout: {},
      afterCheckout: (workspace) =>
        writeFile(join(workspace, '../home/.gitconfig'), insteadOf('https://github.com/', silent.url)),
    };
    const fetching = (): Promise<boolean> => waitFor('git to ask', () => silent.requests.length > 0);

    it('is cancelled at the first signal to the workflow', async () => {
      const pull = await unknown.openPull({ 'src/b.js': 'export const b = 1;\n' });
      const during = async (step: RunningStep): Promise<void> => {
        await fetching();
        step.cancel();
      };
      const step = await harness.analyze(pullRequestTrigger(unknown, pull), { ...options, during });
      assert.equal(step.exitCode, 4, step.output);
      await harness.server.comeTo(step.outputs['job-id'], 'cancelled');
    });

    it('respects the time limit', async () => {
      const pull = await unknown.openPull({ 'src/c.js': 'export const c = 1;\n' });
      const during = async (step: RunningStep): Promise<void> => {
        let over = false;
        step.ended.finally(() => {
          over = true;
        });
        await waitFor('the step to end', () => over);
      };
      const step = await harness.analyze(pullRequestTrigger(unknown, pull), {
        ...options,
        during,
        with: { 'timeout-minutes': '0.05' },
      });
      assert.deepEqual([step.exitCode, step.outputs.status], [0, 'timeout'], step.output);
    });
  });
});
