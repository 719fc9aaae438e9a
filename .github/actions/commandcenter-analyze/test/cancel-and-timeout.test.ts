import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { type OsvServer, startOsvServer } from '../../../../packages/analyzer/src/advisories/testing/osv-server.ts';
import { lockfile } from '../../../../packages/server/test/analysis/planted.ts';
import { waitFor } from '../../../../packages/server/test/harness/wait-for.ts';
import type { RunningStep, StepRun } from './runner/run-action.ts';
import { type Detour, openDetour } from './stage/detour.ts';
import { holdAdvisories } from './stage/held-advisories.ts';
import type { HostedRepository, PullRequest } from './stage/hosted-repository.ts';
import type { Job } from './stage/server.ts';
import { type AnalyseOptions, insteadOf, openStage, type Stage } from './stage/stage.ts';
import { pullRequestTrigger } from './stage/triggers.ts';

describe('an analysis that takes longer than a step', () => {
  let osv: OsvServer;
  let stage: Stage;
  let repository: HostedRepository;
  let held: ReturnType<typeof holdAdvisories>;
  before(async () => {
    osv = await startOsvServer([]);
    stage = await openStage({ osvUrl: osv.url });
    repository = await stage.addRepository('web', { 'package-lock.json': lockfile({ fine: '1.0.0' }) });
  });
  beforeEach(() => {
    held = holdAdvisories(osv);
  });
  afterEach(() => held.release());
  after(async () => {
    await stage[Symbol.asyncDispose]();
    await osv[Symbol.asyncDispose]();
  });

  let changes = 0;
  const openPull = (): Promise<PullRequest> => {
    changes += 1;
    return repository.openPull({ 'src/change.js': `export const change = ${changes};\n` });
  };
  const analyse = (pull: PullRequest, options?: AnalyseOptions): Promise<StepRun> =>
    stage.analyse(pullRequestTrigger(repository, pull), { checkout: null, ...options });
  /** The job that a step follows, once it runs. */
  const followed = async (step: RunningStep): Promise<Job> => {
    const id = await waitFor('a job to be followed', () => /: job (\d+)/.exec(step.output())?.[1]);
    return stage.server.comeTo(id, 'running');
  };

  it('is given up after `timeout-minutes`, goes on, and is what the next run shows', async () => {
    const pull = await openPull();
    const options = { with: { 'timeout-minutes': '0.05' } };
    const step = await analyse(pull, options);
    assert.equal(step.exitCode, 0, step.output);
    const id = step.outputs['job-id'];
    const message = `The analysis was not done after 0.05 minutes. Job ${id} goes on, and a new run of this workflow takes its result. Raise timeout-minutes.`;
    assert.deepEqual(step.outputs, { 'job-id': id, status: 'timeout', summary: message });
    assert.deepEqual(step.annotations, [{ level: 'warning', title: 'Incomplete analysis', message }]);
    assert.equal(step.summary, `## CommandCenter: no result\n\n${message}\n`);
    assert.deepEqual(stage.comments(repository, pull.number), []);

    const gated = await analyse(pull, { with: { ...options.with, 'fail-on-errors': 'true' } });
    assert.deepEqual([gated.exitCode, gated.outputs], [4, step.outputs]);
    assert.deepEqual(gated.annotations, [{ level: 'error', title: 'Incomplete analysis', message }]);
    assert.equal((await stage.server.job(id)).status, 'running');

    held.release();
    const last = await analyse(pull);
    assert.deepEqual([last.outputs['job-id'], last.outputs.status], [id, 'completed']);
  });

  it('is advised to be less deep where it can be', async () => {
    const step = await analyse(await openPull(), { with: { 'timeout-minutes': '0.02', 'analysis-depth': 'standard' } });
    assert.match(step.outputs.summary ?? '', /Raise timeout-minutes, or set analysis-depth to quick\.$/);
    held.release();
    await stage.server.comeTo(step.outputs['job-id'], 'completed');
  });

  it('is cancelled with the workflow', async () => {
    const during = async (step: RunningStep): Promise<void> => {
      await followed(step);
      step.cancel();
    };
    const step = await analyse(await openPull(), { during });
    assert.equal(step.exitCode, 4, 'it ends by itself, at the first signal');
    assert.match(step.output, /^Job \d+ is cancelled\.$/m);
    assert.deepEqual(step.annotations, [
      { level: 'error', title: 'Incomplete analysis', message: 'The workflow was cancelled.' },
    ]);
    assert.equal(step.outputs.status, 'failed');
    await stage.server.comeTo(step.outputs['job-id'], 'cancelled');
  });

  it('is not cancelled where somebody else asked for it before', async () => {
    const pull = await openPull();
    const { id } = await stage.server.call<Job>('POST', '/jobs', {
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
    const step = await analyse(pull, { during });
    assert.deepEqual([step.exitCode, step.outputs['job-id']], [4, String(id)]);
    assert.doesNotMatch(step.output, /^Job \d+ is cancelled/m);
    held.release();
    await stage.server.comeTo(id, 'completed');
  });

  it('is given up for that of a newer commit, which is no fault of the change', async () => {
    const pull = await openPull();
    let newer: Promise<StepRun> | undefined;
    const during = async (step: RunningStep): Promise<void> => {
      await followed(step);
      newer = analyse(await repository.pushToPull(pull, { 'src/newer.js': 'export const n = 1;\n' }));
    };
    const step = await analyse(pull, { during });
    assert.deepEqual([step.exitCode, step.outputs.status], [0, 'failed'], step.output);
    assert.match(
      step.outputs.summary ?? '',
      /^Job \d+ was cancelled\. A newer commit of the pull request is analysed instead, by job \d+\./,
    );
    held.release();
    assert.equal((await newer)?.outputs.status, 'completed');
    assert.equal(stage.comments(repository, pull.number).length, 1);
  });

  describe('whose source is still being fetched by the step', () => {
    let unknown: HostedRepository;
    let silent: Detour;
    before(async () => {
      unknown = await stage.addRepository('unknown', { 'src/a.js': 'export const a = 1;\n' }, { unknown: true });
      silent = await openDetour();
      silent.intercept = () => true;
    });
    after(() => silent[Symbol.asyncDispose]());

    /** From after the checkout on GitHub does not answer. */
    const options: AnalyseOptions = {
      checkout: {},
      afterCheckout: (workspace) =>
        writeFile(join(workspace, '../home/.gitconfig'), insteadOf('https://github.com/', silent.url)),
    };
    const fetching = (): Promise<boolean> => waitFor('git to ask', () => silent.requests.length > 0);

    it('is cancelled with the workflow, at the first signal', async () => {
      const pull = await unknown.openPull({ 'src/b.js': 'export const b = 1;\n' });
      const during = async (step: RunningStep): Promise<void> => {
        await fetching();
        step.cancel();
      };
      const step = await stage.analyse(pullRequestTrigger(unknown, pull), { ...options, during });
      assert.equal(step.exitCode, 4, step.output);
      await stage.server.comeTo(step.outputs['job-id'], 'cancelled');
    });

    it('is given up in time', async () => {
      const pull = await unknown.openPull({ 'src/c.js': 'export const c = 1;\n' });
      const during = async (step: RunningStep): Promise<void> => {
        let over = false;
        step.ended.finally(() => {
          over = true;
        });
        await waitFor('the step to end', () => over);
      };
      const step = await stage.analyse(pullRequestTrigger(unknown, pull), {
        ...options,
        during,
        with: { 'timeout-minutes': '0.05' },
      });
      assert.deepEqual([step.exitCode, step.outputs.status], [0, 'timeout'], step.output);
    });
  });
});
