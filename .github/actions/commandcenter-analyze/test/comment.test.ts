import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { madeUpToken } from '../../../../packages/server/test/analysis/planted.ts';
import { type AnalyzeOptions, type Harness, openHarness } from './harness/harness.ts';
import type { HostedRepository, PullRequest } from './harness/hosted-repository.ts';
import { pullRequestTrigger } from './harness/triggers.ts';
import type { StepRun } from './runner/run-action.ts';

const marker = '<!-- commandcenter-action:1:my-org/web -->';
const secretFile = (): string => `export const token = '${madeUpToken()}';\n`;

describe('the comment on a pull request', () => {
  let harness: Harness;
  let repository: HostedRepository;
  /** A pull request that adds a secret. It has no comment at the start of each test. */
  let pull: PullRequest;
  before(async () => {
    harness = await openHarness();
    repository = await harness.addRepository('web', { 'src/a.js': 'export const a = 1;\n' });
    pull = await repository.openPull({ 'src/token.js': secretFile() });
  });
  afterEach(() => {
    harness.github.clearFaults();
    assert.deepEqual(harness.github.violations, []);
  });
  after(() => harness[Symbol.asyncDispose]());

  beforeEach(() => {
    for (const { id } of issue(pull).comments) harness.github.state.deleteComment({ ...place(pull), id });
  });

  const place = ({ number }: PullRequest) => ({ repository: repository.fullName, number });
  const issue = (one: PullRequest) => harness.github.state.issue(place(one));
  const analyze = (options: AnalyzeOptions = {}, one = pull): Promise<StepRun> =>
    harness.analyze(pullRequestTrigger(repository, one), { checkout: null, ...options });
  const comments = (one = pull): string[] => harness.comments(repository, one.number);

  it('is created once, not written while unchanged, and updated after the next push', async () => {
    const own = await repository.openPull({ 'src/b.js': secretFile() });
    const first = await analyze({ checkout: {} }, own);
    assert.equal(first.exitCode, 0, first.output);
    const [body = '', ...others] = comments(own);
    assert.deepEqual(others, []);
    assert.match(body, /^### CommandCenter: Gate failed: 1 new critical finding\n/);
    assert.match(body, /GitHub token in src\/b\.js at `src\/b\.js:1`/);
    assert.ok(
      body.includes(`[Full report](<${harness.server.url}/api/v1/jobs/${first.outputs['job-id']}/report.html?`),
    );
    assert.ok(body.endsWith(`\n\n${marker}`));
    assert.match(first.output, /^Comment created: https:\/\/github\.com\/my-org\/web\/pull\/\d+#issuecomment-\d+$/m);

    const before = harness.github.requests.total;
    const second = await analyze({ checkout: {} }, own);
    assert.equal(second.outputs['job-id'], first.outputs['job-id'], 'nothing changed: the same analysis');
    assert.match(second.output, /^Comment unchanged: /m);
    assert.deepEqual(comments(own), [body]);
    const asked = harness.github.requests
      .all()
      .slice(before - harness.github.requests.total)
      // Leave out the request that creates the job's token, because the runner sends it and not the Action.
      .filter(({ path }) => !path.startsWith('/app/'))
      .map(({ method }) => method);
    assert.ok(asked.length <= 3 && asked.every((method) => method === 'GET'), String(asked));

    const pushed = await repository.pushToPull(own, { 'src/b.js': 'export const b = read();\n' });
    const third = await analyze({}, pushed);
    assert.match(third.output, /^Comment updated: /m);
    const [changed = '', ...more] = comments(own);
    assert.deepEqual(more, []);
    assert.match(changed, /^### CommandCenter: Gate passed\n/);
    assert.ok(changed.includes(`at ${pushed.head.slice(0, 6)}`) && changed.endsWith(marker));
  });

  it('exists once per project, and not at all if `post-comment` is false', async () => {
    await analyze({ with: { 'post-comment': 'false' } });
    assert.deepEqual(comments(), []);
    await analyze();
    const { id } = await harness.server.call<{ id: number }>('POST', '/projects', { name: 'Another' });
    const clone_url = `${harness.git.url}/my-org/web.git`;
    await harness.server.call('POST', '/repositories', { project_id: id, owner: 'my-org', name: 'web', clone_url });
    const { token } = await harness.server.call<{ token: string }>('POST', '/tokens', {
      name: 'Another',
      scopes: ['jobs:create', 'jobs:read'],
      project_id: id,
    });
    const other = await analyze({ with: { 'project-id': String(id), 'api-token': token } });
    assert.equal(other.exitCode, 0, other.output);
    assert.deepEqual(
      comments().map((body) => body.split('\n').at(-1)),
      [marker, `<!-- commandcenter-action:${id}:my-org/web -->`],
    );
  });

  it('never overwrites a comment of somebody else with the same marker', async () => {
    const copied = `Look at this!\n\n${marker}`;
    harness.github.state.commentOnIssue({ ...place(pull), by: 'mallory', body: copied });
    await analyze();
    assert.match((await analyze()).output, /^Comment unchanged: /m);
    const [foreign, own = '', ...others] = comments();
    assert.deepEqual([foreign, others], [copied, []]);
    assert.match(own, /^### CommandCenter/);
  });

  it('is found among more than a hundred comments, even if others contain the marker', async () => {
    harness.github.state.commentOnIssue({ ...place(pull), by: 'mallory', body: marker });
    for (let count = 0; count < 100; count += 1) {
      harness.github.state.commentOnIssue({ ...place(pull), body: `Comment ${count}` });
    }
    await analyze();
    assert.match((await analyze()).output, /^Comment unchanged: /m);
    assert.equal(comments().length, 102);
  });

  it('is created again after it was deleted, even just before an update', async () => {
    await analyze();
    harness.github.state.deleteComment({ ...place(pull), id: issue(pull).comments[0]?.id ?? 0 });
    assert.match((await analyze()).output, /^Comment created: /m);
    // Request another report, so that the comment must be updated.
    harness.github.fault({ kind: 'status', method: 'PATCH', status: 404 });
    assert.match((await analyze({ with: { 'analysis-depth': 'standard' } })).output, /^Comment created: /m);
  });

  it('exists once even if the response was lost', async () => {
    harness.github.fault({ kind: 'reset', method: 'POST', path: /\/comments$/ });
    const step = await analyze();
    assert.equal(step.exitCode, 0, step.output);
    assert.equal(comments().length, 1);
  });

  it('is created after the wait that GitHub requests', async () => {
    harness.github.fault({
      kind: 'status',
      method: 'POST',
      status: 403,
      headers: { 'retry-after': '1' },
      path: /\/comments$/,
    });
    assert.match((await analyze()).output, /^Comment created: /m);
  });

  it('can be written with the token of a person', async () => {
    const options = { with: { 'github-token': harness.github.state.addToken({ login: 'ann' }) } };
    await analyze(options);
    assert.match((await analyze(options)).output, /^Comment unchanged: /m);
    assert.deepEqual(
      issue(pull).comments.map(({ author }) => author.login),
      ['ann'],
    );
  });

  it('respects GitHub’s size limit, and says what was cut', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const own = await repository.openPull(
      Object.fromEntries(names.map((name) => [`tokens/${name}.js`, Array.from({ length: 90 }, secretFile).join('')])),
    );
    const step = await analyze({}, own);
    assert.equal(step.exitCode, 0, step.output);
    const [body = ''] = comments(own);
    assert.ok(body.length <= 65_536 && body.length > 30_000, `${body.length} characters`);
    assert.ok(
      /^Cut to stay under [\d,]+ bytes: \d+ of 360 new findings\. \[Full report\]/m.test(body),
      body.slice(-800),
    );
    assert.ok(body.endsWith(marker));
    const errors = step.annotations.filter(({ level }) => level === 'error');
    assert.equal(errors.length, 9, 'GitHub shows ten of a step');
  });

  describe('does not fail the step if it cannot be written, and the summary gives the reason', () => {
    const assertNoted = (step: StepRun, why: RegExp): void => {
      assert.equal(step.exitCode, 0, step.output);
      assert.deepEqual(comments(), []);
      const [notice, ...others] = step.annotations.filter(({ level }) => level === 'notice');
      assert.deepEqual([notice?.title, others], ['No comment', []]);
      assert.match(notice?.message ?? '', why);
      assert.ok(!notice?.message.includes('\n'), 'one line');
      assert.match(step.summary, /^## CommandCenter: Gate failed: 1 new critical finding/);
      assert.ok(step.summary.includes(`> ${notice?.message}`));
      assert.equal(step.outputs.status, 'completed');
    };

    it('for a read-only token, with the missing permission', async () => {
      const permissions = { contents: 'read', 'pull-requests': 'read' };
      const why = /`pull-requests: write` is missing \(GitHub accepts issues=write; pull_requests=write\)/;
      assertNoted(await analyze({ permissions }), why);
    });

    it('for the token of a workflow without permissions, if the default is read-only', async () => {
      const { defaultPermissions } = harness.runner;
      harness.runner.defaultPermissions = { contents: 'read' };
      const step = await analyze();
      harness.runner.defaultPermissions = defaultPermissions;
      assertNoted(step, /`pull-requests: write` is missing/);
    });

    it('for an invalid token', async () => {
      assertNoted(
        await analyze({ with: { 'github-token': 'ghp_revoked' } }),
        /github-token is not valid\. Leave the input out/,
      );
      assertNoted(await analyze({ with: { 'github-token': '' } }), /github-token is empty/);
    });

    it('for a GitHub that is down or limits requests for an hour', async () => {
      const always = { kind: 'status', path: /\/comments$/, times: Number.POSITIVE_INFINITY } as const;
      harness.github.fault({ ...always, status: 503 });
      assertNoted(await analyze(), /GitHub is temporarily unavailable \(503\)/);
      harness.github.clearFaults();
      harness.github.fault({ ...always, status: 403, headers: { 'retry-after': '3600' } });
      assertNoted(await analyze(), /GitHub is temporarily unavailable \(403\)/);
    });
  });
});
