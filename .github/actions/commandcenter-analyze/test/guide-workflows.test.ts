import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { guideWorkflows } from '../../../../examples/workflows/testing/guide-workflows.ts';
import { runCommandcenter } from '../../../../packages/cli/test/harness/run-commandcenter.ts';
import { madeUpToken } from '../../../../packages/server/test/analysis/planted.ts';
import { type Harness, openHarness } from './harness/harness.ts';
import type { HostedRepository } from './harness/hosted-repository.ts';
import { branchTrigger, mergeGroupTrigger, pullRequestTrigger } from './harness/triggers.ts';
import type { StepRun } from './runner/run-action.ts';

const secretFile = (): string => `export const token = '${madeUpToken()}';\n`;
const example = (file: string): Promise<string> =>
  readFile(new URL(`../../../../examples/workflows/${file}`, import.meta.url), 'utf8');
const printed = (file: string): string => guideWorkflows[file]?.yaml ?? assert.fail(`the guide has no ${file}`);

describe('the workflows of the guide, in repositories with the Action from `commandcenter action install`', () => {
  let harness: Harness;
  let repositories: HostedRepository[];
  let backend: HostedRepository;
  let infrastructure: HostedRepository;
  before(async () => {
    harness = await openHarness();
    const install = async (name: string): Promise<HostedRepository> => {
      const repository = await harness.addRepository(name, { [`src/${name}.js`]: secretFile() });
      const { code, stderr } = await runCommandcenter(['action', 'install', repository.work.folder]);
      assert.equal(code, 0, stderr);
      await repository.push();
      return repository;
    };
    backend = await install('backend');
    infrastructure = await install('infrastructure');
    repositories = [backend, await install('frontend'), infrastructure];
  });
  after(() => harness[Symbol.asyncDispose]());

  const stepsOf = async (...run: Parameters<Harness['run']>): Promise<StepRun[]> =>
    (await harness.run(...run)).map(({ steps: [step] }) => step ?? assert.fail('the Action did not run'));
  const jobOf = (step: StepRun | undefined) => harness.server.job(step?.outputs['job-id']);
  const markersOn = (repository: HostedRepository, number: number): (string | undefined)[] =>
    harness.comments(repository, number).map((body) => body.split('\n').at(-1));

  it('quick start: a pull request gets one comment about its head compared with the merge base', async () => {
    const opened = await backend.openPull({ 'src/change.js': secretFile() });
    await backend.push({ 'src/meanwhile.js': 'export const meanwhile = 1;\n' });
    const pull = await backend.pushToPull(opened, { 'src/more.js': 'export const more = 1;\n' });
    const trigger = pullRequestTrigger(backend, pull);
    const [asPrinted] = await stepsOf(printed('pr-analysis.yml'), trigger);
    assert.equal(asPrinted?.exitCode, 0, asPrinted?.output);
    const { parameters } = await jobOf(asPrinted);
    assert.deepEqual(
      [parameters.commit_sha, parameters.base_sha, parameters.pr_number, parameters.depth],
      [pull.head, opened.mergeBase, pull.number, 'standard'],
    );
    const [asInExamples] = await stepsOf(await example('pr-analysis.yml'), trigger);
    assert.deepEqual(asInExamples?.outputs.summary, asPrinted?.outputs.summary);
    const [comment = '', ...others] = harness.comments(backend, pull.number);
    assert.deepEqual(others, []);
    assert.match(comment, /^### CommandCenter: Gate failed: 1 new critical finding\n/);
    assert.doesNotMatch(comment, /commandcenter-analyze/, 'the Action is not among what is found fault with');
  });

  it('quality gates: a new critical finding blocks the pull request until it is fixed', async () => {
    const workflow = await example('quality-gates.yml');
    const pull = await backend.openPull({ 'src/gate.js': secretFile() });
    const [blocked] = await stepsOf(workflow, pullRequestTrigger(backend, pull));
    assert.equal(blocked?.exitCode, 1, blocked?.output);
    assert.match(
      blocked?.annotations.at(-1)?.message ?? '',
      /^new_critical is 1, at most 0 is allowed: Fix or suppress with a reason: src\/gate\.js:1/,
    );
    assert.equal((await jobOf(blocked)).parameters.depth, 'comprehensive');
    const mended = await backend.pushToPull(pull, { 'src/gate.js': 'export const gate = read();\n' });
    const [through] = await stepsOf(workflow, pullRequestTrigger(backend, mended));
    assert.equal(through?.exitCode, 0, through?.output);
    assert.match(harness.comments(backend, pull.number).join(), /^### CommandCenter: Gate passed\n/);
  });

  it('scheduled: the whole branch is analyzed comprehensively every day', async () => {
    const workflow = await example('daily-analysis.yml');
    const trigger = branchTrigger(backend, 'schedule');
    const [first] = await stepsOf(workflow, trigger);
    assert.equal(first?.exitCode, 0, first?.output);
    const { id, parameters } = await jobOf(first);
    assert.deepEqual(
      [parameters.commit_sha, parameters.base_sha, parameters.branch, parameters.depth],
      [backend.tip(), undefined, 'main', 'comprehensive'],
    );
    const [second] = await stepsOf(workflow, trigger);
    assert.notEqual((await jobOf(second)).id, id);
  });

  describe('multi-repository matrix: three checkouts are analyzed', () => {
    const assertEach = async (steps: readonly StepRun[], commits: readonly string[]): Promise<void> => {
      const jobs = await Promise.all(steps.map(jobOf));
      assert.deepEqual(
        jobs.map(({ status, parameters: { repository, commit_sha } }) => [status, repository.name, commit_sha]),
        repositories.map(({ name }, index) => ['completed', name, commits[index]]),
      );
      assert.ok(steps.every(({ exitCode }) => exitCode === 0));
    };
    const tips = (): string[] => repositories.map((repository) => repository.tip());

    it('at their default branches in manual and scheduled runs', async () => {
      const workflow = await example('multi-repository.yml');
      await assertEach(await stepsOf(workflow, branchTrigger(infrastructure, 'workflow_dispatch')), tips());
    });

    it('with one comment each on the pull request that runs the printed workflow', async () => {
      const workflow = `on: pull_request\n${printed('multi-repository.yml')}`;
      const elsewhere = await backend.openPull({ 'src/other.js': 'export const other = 1;\n' });
      const pull = await infrastructure.openPull({ 'src/change.js': 'export const change = 1;\n' });
      const trigger = pullRequestTrigger(infrastructure, pull);
      const steps = await stepsOf(workflow, trigger);
      await assertEach(steps, [...tips().slice(0, 2), pull.head]);
      const bases = await Promise.all(steps.map(async (step) => (await jobOf(step)).parameters.base_sha));
      assert.deepEqual(
        bases,
        [undefined, undefined, pull.mergeBase],
        'only its own repository has one to compare with',
      );

      const lines = steps.flatMap(({ annotations }) => annotations.filter(({ file }) => file !== undefined));
      assert.deepEqual(lines, [], 'what is in other repositories is not shown at lines of this one');

      await stepsOf(workflow, trigger);
      assert.deepEqual(
        markersOn(infrastructure, pull.number),
        repositories.map(({ fullName }) => `<!-- commandcenter-action:1:${fullName} -->`),
      );
      assert.deepEqual(markersOn(backend, elsewhere.number), []);
    });
  });

  it('merge queue: the gate also applies to the merge group', async () => {
    const workflow = await example('merge-queue.yml');
    const pull = await backend.openPull({ 'src/queued.js': secretFile() });
    for (const trigger of [pullRequestTrigger(backend, pull), mergeGroupTrigger(backend, pull)]) {
      const [step] = await stepsOf(workflow, trigger);
      assert.deepEqual([step?.exitCode, step?.outputs['critical-issues']], [1, '1'], step?.output);
    }
    assert.equal(harness.comments(backend, pull.number).length, 1);
  });
});
