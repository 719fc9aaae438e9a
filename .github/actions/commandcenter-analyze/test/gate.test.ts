import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { branches, lockfile, madeUpToken } from '../../../../packages/server/test/analysis/planted.ts';
import { type Harness, openHarness } from './harness/harness.ts';
import type { HostedRepository, PullRequest } from './harness/hosted-repository.ts';
import { pullRequestTrigger } from './harness/triggers.ts';
import type { StepRun } from './runner/run-action.ts';

describe('the gate', () => {
  let harness: Harness;
  let repository: HostedRepository;
  before(async () => {
    harness = await openHarness();
    repository = await harness.addRepository('web', { 'src/a.js': 'export const a = 1;\n' });
  });
  after(() => harness[Symbol.asyncDispose]());

  const run = (pull: PullRequest, failOn: string, depth = 'quick'): Promise<StepRun> =>
    harness.analyze(pullRequestTrigger(repository, pull), {
      checkout: null,
      with: { 'fail-on-errors': failOn, 'analysis-depth': depth, 'post-comment': 'false' },
    });
  const withSecret = (): Promise<PullRequest> =>
    repository.openPull({ 'src/token.js': `export const token = '${madeUpToken()}';\n` });
  /** Returns the annotations about the gate, which exist whether or not the step failed. */
  const gateMessages = ({ annotations }: StepRun) =>
    annotations
      .filter(({ file }) => file === undefined)
      .map(({ level, title, message }) => ({ level, title, message }));

  it('fails the step for new critical findings, with condition, value, threshold and remedy', async () => {
    const pull = await withSecret();
    const failed = await run(pull, 'true');
    assert.equal(failed.exitCode, 1);
    const message =
      'new_critical is 1, at most 0 is allowed: Fix or suppress with a reason: src/token.js:1 (GitHub token in src/token.js).';
    assert.deepEqual(gateMessages(failed), [{ level: 'error', title: 'Findings', message }]);
    assert.deepEqual([failed.outputs.status, failed.outputs['critical-issues']], ['completed', '1']);

    const green = await run(pull, 'false');
    assert.equal(green.exitCode, 0);
    assert.deepEqual(gateMessages(green), [{ level: 'warning', title: 'Gate failed', message }]);
    assert.equal(green.outputs.summary, failed.outputs.summary);
  });

  it('passes if there are only existing critical findings', async () => {
    await repository.push({ 'src/old.js': `export const token = '${madeUpToken()}';\n` });
    const pull = await repository.openPull({ 'src/new.js': 'export const b = 1;\n' });
    const step = await run(pull, 'gate');
    assert.deepEqual([step.exitCode, gateMessages(step), step.outputs['critical-issues']], [0, [], '0']);
  });

  it('fails the step for other conditions with `gate` but not with `true`', async () => {
    const pull = await repository.openPull({ 'src/route.js': branches(40) });
    const failed = await run(pull, 'gate', 'standard');
    assert.equal(failed.exitCode, 1);
    const [{ level, title, message = '' } = {}] = gateMessages(failed);
    assert.deepEqual([level, title], ['error', 'Findings']);
    const place = 'src/route.js:1 (route has a complexity of 41)';
    assert.equal(
      message,
      `new_high is 1, at most 0 is allowed: Fix or suppress with a reason: ${place}. complexity is 41, at most 30 is allowed: Split until no function is above 30, or suppress with a reason: ${place}.`,
    );
    const green = await run(pull, 'true', 'standard');
    assert.equal(green.exitCode, 0);
    assert.deepEqual(gateMessages(green), [{ level: 'warning', title: 'Gate failed', message }]);
  });

  it('allows no new critical finding with `true`, even if the policy does', async () => {
    const policy = { '.commandcenter.yml': 'gate:\n  new_critical: 5\n' };
    await repository.push(policy);
    const step = await run(await withSecret(), 'true');
    assert.equal(step.exitCode, 1);
    assert.match(
      gateMessages(step)[0]?.message ?? '',
      /^new_critical is 1, at most 0 is allowed: Fix or suppress with/,
    );
    repository.work.git('rm', '--quiet', '.commandcenter.yml');
    await repository.push();
  });

  it('fails for an incomplete analysis, which without a gate is only reported', async () => {
    const pull = await repository.openPull({ 'package-lock.json': lockfile({ weak: '1.0.0' }) });
    const failed = await run(pull, 'true');
    assert.equal(failed.exitCode, 4);
    const [{ level, title, message = '' } = {}] = gateMessages(failed);
    assert.deepEqual([level, title], ['error', 'Incomplete analysis']);
    assert.match(message, /^The analysis could not read everything\. vulnerabilities: .*advisories import/);
    assert.equal((await run(pull, 'gate')).exitCode, 4);

    const green = await run(pull, 'false');
    assert.equal(green.exitCode, 0);
    assert.deepEqual(gateMessages(green), [{ level: 'warning', title, message }]);
    assert.equal(green.outputs.status, 'completed');
    assert.match(green.summary, /^## CommandCenter: Gate passed, but the analysis is not complete/);
    assert.match(green.outputs.summary ?? '', /Not complete:\n- `vulnerabilities`/);
  });
});
