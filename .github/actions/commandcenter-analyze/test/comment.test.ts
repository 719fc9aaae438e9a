import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { madeUpToken } from '../../../../packages/server/test/analysis/planted.ts';
import type { StepRun } from './runner/run-action.ts';
import type { HostedRepository, PullRequest } from './stage/hosted-repository.ts';
import { type AnalyseOptions, openStage, type Stage } from './stage/stage.ts';
import { pullRequestTrigger } from './stage/triggers.ts';

const marker = '<!-- commandcenter-action:1:my-org/web -->';
const secretFile = (): string => `export const token = '${madeUpToken()}';\n`;

describe('the comment on a pull request', () => {
  let stage: Stage;
  let repository: HostedRepository;
  /** With a secret in it, and no comment at the start of each test. */
  let pull: PullRequest;
  before(async () => {
    stage = await openStage();
    repository = await stage.addRepository('web', { 'src/a.js': 'export const a = 1;\n' });
    pull = await repository.openPull({ 'src/token.js': secretFile() });
  });
  afterEach(() => {
    stage.github.clearFaults();
    assert.deepEqual(stage.github.violations, []);
  });
  after(() => stage[Symbol.asyncDispose]());

  beforeEach(() => {
    for (const { id } of issue(pull).comments) stage.github.state.deleteComment({ ...place(pull), id });
  });

  const place = ({ number }: PullRequest) => ({ repository: repository.fullName, number });
  const issue = (one: PullRequest) => stage.github.state.issue(place(one));
  const analyse = (options: AnalyseOptions = {}, one = pull): Promise<StepRun> =>
    stage.analyse(pullRequestTrigger(repository, one), { checkout: null, ...options });
  const comments = (one = pull): string[] => stage.comments(repository, one.number);

  it('is made once, left alone while it says the same, at three requests, and changed by the next push', async () => {
    const own = await repository.openPull({ 'src/b.js': secretFile() });
    const first = await analyse({ checkout: {} }, own);
    assert.equal(first.exitCode, 0, first.output);
    const [body = '', ...others] = comments(own);
    assert.deepEqual(others, []);
    assert.match(body, /^### CommandCenter: Gate failed: 1 new critical finding\n/);
    assert.match(body, /GitHub token in src\/b\.js at `src\/b\.js:1`/);
    assert.ok(body.includes(`[Full report](<${stage.server.url}/api/v1/jobs/${first.outputs['job-id']}/report.html?`));
    assert.ok(body.endsWith(`\n\n${marker}`));
    assert.match(first.output, /^Comment created: https:\/\/github\.com\/my-org\/web\/pull\/\d+#issuecomment-\d+$/m);

    const before = stage.github.requests.total;
    const second = await analyse({ checkout: {} }, own);
    assert.equal(second.outputs['job-id'], first.outputs['job-id'], 'nothing changed: the same analysis');
    assert.match(second.output, /^Comment unchanged: /m);
    assert.deepEqual(comments(own), [body]);
    const asked = stage.github.requests
      .all()
      .slice(before - stage.github.requests.total)
      // The runner's own, for the token of the job.
      .filter(({ path }) => !path.startsWith('/app/'))
      .map(({ method }) => method);
    assert.ok(asked.length <= 3 && asked.every((method) => method === 'GET'), String(asked));

    const pushed = await repository.pushToPull(own, { 'src/b.js': 'export const b = read();\n' });
    const third = await analyse({}, pushed);
    assert.match(third.output, /^Comment updated: /m);
    const [changed = '', ...more] = comments(own);
    assert.deepEqual(more, []);
    assert.match(changed, /^### CommandCenter: Gate passed\n/);
    assert.ok(changed.includes(`at ${pushed.head.slice(0, 6)}`) && changed.endsWith(marker));
  });

  it('is one per project, and none where `post-comment` is false', async () => {
    await analyse({ with: { 'post-comment': 'false' } });
    assert.deepEqual(comments(), []);
    await analyse();
    const { id } = await stage.server.call<{ id: number }>('POST', '/projects', { name: 'Another' });
    const clone_url = `${stage.git.url}/my-org/web.git`;
    await stage.server.call('POST', '/repositories', { project_id: id, owner: 'my-org', name: 'web', clone_url });
    const { token } = await stage.server.call<{ token: string }>('POST', '/tokens', {
      name: 'Another',
      scopes: ['jobs:create', 'jobs:read'],
      project_id: id,
    });
    const other = await analyse({ with: { 'project-id': String(id), 'api-token': token } });
    assert.equal(other.exitCode, 0, other.output);
    assert.deepEqual(
      comments().map((body) => body.split('\n').at(-1)),
      [marker, `<!-- commandcenter-action:${id}:my-org/web -->`],
    );
  });

  it('of somebody else who wrote the marker is never touched', async () => {
    const copied = `Look at this!\n\n${marker}`;
    stage.github.state.commentOnIssue({ ...place(pull), by: 'mallory', body: copied });
    await analyse();
    assert.match((await analyse()).output, /^Comment unchanged: /m);
    const [foreign, own = '', ...others] = comments();
    assert.deepEqual([foreign, others], [copied, []]);
    assert.match(own, /^### CommandCenter/);
  });

  it('is found among more than a hundred, whoever else wrote the marker', async () => {
    stage.github.state.commentOnIssue({ ...place(pull), by: 'mallory', body: marker });
    for (let count = 0; count < 100; count += 1) {
      stage.github.state.commentOnIssue({ ...place(pull), body: `Comment ${count}` });
    }
    await analyse();
    assert.match((await analyse()).output, /^Comment unchanged: /m);
    assert.equal(comments().length, 102);
  });

  it('that somebody deletes is made again, also in the moment before it is changed', async () => {
    await analyse();
    stage.github.state.deleteComment({ ...place(pull), id: issue(pull).comments[0]?.id ?? 0 });
    assert.match((await analyse()).output, /^Comment created: /m);
    // Another report, so that it is to be changed.
    stage.github.fault({ kind: 'status', method: 'PATCH', status: 404 });
    assert.match((await analyse({ with: { 'analysis-depth': 'standard' } })).output, /^Comment created: /m);
  });

  it('is there once when its answer was lost', async () => {
    stage.github.fault({ kind: 'reset', method: 'POST', path: /\/comments$/ });
    const step = await analyse();
    assert.equal(step.exitCode, 0, step.output);
    assert.equal(comments().length, 1);
  });

  it('is made after the wait that GitHub asks for', async () => {
    stage.github.fault({
      kind: 'status',
      method: 'POST',
      status: 403,
      headers: { 'retry-after': '1' },
      path: /\/comments$/,
    });
    assert.match((await analyse()).output, /^Comment created: /m);
  });

  it('is written by a token of a person too', async () => {
    const options = { with: { 'github-token': stage.github.state.addToken({ login: 'ann' }) } };
    await analyse(options);
    assert.match((await analyse(options)).output, /^Comment unchanged: /m);
    assert.deepEqual(
      issue(pull).comments.map(({ author }) => author.login),
      ['ann'],
    );
  });

  it('stays within what GitHub takes, and says what was cut', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const own = await repository.openPull(
      Object.fromEntries(names.map((name) => [`tokens/${name}.js`, Array.from({ length: 90 }, secretFile).join('')])),
    );
    const step = await analyse({}, own);
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

  describe('that cannot be written leaves the step green, and the summary says why', () => {
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

    it('for a token that only reads, with the permission that is missing', async () => {
      const permissions = { contents: 'read', 'pull-requests': 'read' };
      const why = /`pull-requests: write` is missing \(GitHub wants issues=write; pull_requests=write\)/;
      assertNoted(await analyse({ permissions }), why);
    });

    it('for the token of a workflow that names no permissions, where the default is to read', async () => {
      const { defaultPermissions } = stage.runner;
      stage.runner.defaultPermissions = { contents: 'read' };
      const step = await analyse();
      stage.runner.defaultPermissions = defaultPermissions;
      assertNoted(step, /`pull-requests: write` is missing/);
    });

    it('for a token that is none', async () => {
      assertNoted(
        await analyse({ with: { 'github-token': 'ghp_revoked' } }),
        /github-token is not valid\. Leave the input out/,
      );
      assertNoted(await analyse({ with: { 'github-token': '' } }), /github-token is empty/);
    });

    it('for a GitHub that is down, or limits what it takes for an hour', async () => {
      const always = { kind: 'status', path: /\/comments$/, times: Number.POSITIVE_INFINITY } as const;
      stage.github.fault({ ...always, status: 503 });
      assertNoted(await analyse(), /GitHub answers 503 for now/);
      stage.github.clearFaults();
      stage.github.fault({ ...always, status: 403, headers: { 'retry-after': '3600' } });
      assertNoted(await analyse(), /GitHub answers 403 for now/);
    });
  });
});
