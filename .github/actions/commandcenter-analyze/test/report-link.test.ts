import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Harness, openHarness } from './harness/harness.ts';
import type { HostedRepository, PullRequest } from './harness/hosted-repository.ts';
import { pullRequestTrigger } from './harness/triggers.ts';
import type { StepRun } from './runner/run-action.ts';

describe('the link to the report', () => {
  let harness: Harness;
  let open: HostedRepository;
  let hidden: HostedRepository;
  before(async () => {
    harness = await openHarness();
    open = await harness.addRepository('open', { 'src/a.js': 'export const a = 1;\n' }, { private: false });
    hidden = await harness.addRepository('hidden', { 'src/a.js': 'export const a = 1;\n' }, { private: true });
  });
  after(() => harness[Symbol.asyncDispose]());

  let changes = 0;
  const change = (repository: HostedRepository): Promise<PullRequest> => {
    changes += 1;
    return repository.openPull({ 'src/b.js': `export const b = ${changes};\n` });
  };
  const analyze = async (repository: HostedRepository, pull: PullRequest, reportLink?: string): Promise<StepRun> => {
    const given = reportLink === undefined ? {} : { 'report-link': reportLink };
    const step = await harness.analyze(pullRequestTrigger(repository, pull), { checkout: null, with: given });
    assert.equal(step.exitCode, 0, step.output);
    return step;
  };
  /** Returns all texts of a run that readers of the repository can see. */
  const shown = (step: StepRun, repository: HostedRepository, { number }: PullRequest): string[] => [
    ...harness.comments(repository, number),
    step.summary,
    step.output,
    JSON.stringify(step.outputs),
  ];
  const assertLinked = async (step: StepRun, repository: HostedRepository, pull: PullRequest): Promise<void> => {
    const url = step.outputs['report-url'] ?? '';
    for (const text of shown(step, repository, pull)) assert.ok(text.includes(url), text);
    assert.equal((await fetch(url)).status, 200);
  };
  const assertNotLinked = async (step: StepRun, repository: HostedRepository, pull: PullRequest): Promise<void> => {
    const url = `${harness.server.url}/api/v1/jobs/${step.outputs['job-id']}/report.html`;
    assert.equal(step.outputs['report-url'], url);
    const texts = shown(step, repository, pull);
    for (const text of texts) assert.doesNotMatch(text, /signature=/);
    assert.ok(texts[0]?.includes(`[Full report](<${url}>)`));
    assert.equal((await fetch(url)).status, 401);
  };

  it('does not exist in a public repository unless `report-link` is always', async () => {
    const pull = await change(open);
    const step = await analyze(open, pull);
    await assertNotLinked(step, open, pull);
    const { result } = await harness.server.call<{ result: { report_url: string } }>(
      'GET',
      `/jobs/${step.outputs['job-id']}`,
    );
    assert.equal(result.report_url, step.outputs['report-url']);
    const again = await analyze(open, pull, 'always');
    assert.equal(again.outputs['job-id'], step.outputs['job-id'], 'the same analysis');
    await assertLinked(again, open, pull);
  });

  it('exists if `report-link` is always, and is hidden by a step with never', async () => {
    const pull = await change(open);
    const step = await analyze(open, pull, 'always');
    await assertLinked(step, open, pull);
    const { parameters } = await harness.server.job(step.outputs['job-id']);
    assert.equal(parameters.report_link, 'always');
    const again = await analyze(open, pull);
    assert.equal(again.outputs['job-id'], step.outputs['job-id'], 'the same analysis');
    await assertNotLinked(again, open, pull);
  });

  it('exists in a private repository unless `report-link` is never, until it is revoked', async () => {
    const pull = await change(hidden);
    const step = await analyze(hidden, pull);
    await assertLinked(step, hidden, pull);
    const never = await analyze(hidden, pull, 'never');
    assert.equal(never.outputs['job-id'], step.outputs['job-id'], 'the same analysis');
    await assertNotLinked(never, hidden, pull);
    await harness.server.call('DELETE', `/jobs/${step.outputs['job-id']}/report-link`);
    assert.equal((await fetch(step.outputs['report-url'] ?? '')).status, 403);
  });
});
