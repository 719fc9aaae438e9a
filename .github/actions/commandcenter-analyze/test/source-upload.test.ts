import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { madeUpToken } from '../../../../packages/server/test/analysis/planted.ts';
import { type AnalyzeOptions, type Harness, insteadOf, openHarness } from './harness/harness.ts';
import type { HostedRepository, PullRequest } from './harness/hosted-repository.ts';
import { openReverseProxy } from './harness/reverse-proxy.ts';
import { selfSigned } from './harness/self-signed.ts';
import { pullRequestTrigger, pushTrigger } from './harness/triggers.ts';
import type { StepRun } from './runner/run-action.ts';

const secretFile = (): string => `export const token = '${madeUpToken()}';\n`;
const MEBIBYTE = 1024 * 1024;

describe('the source of a repository that the server cannot read', () => {
  let harness: Harness;
  let repository: HostedRepository;
  before(async () => {
    harness = await openHarness();
    repository = await harness.addRepository('web', { 'src/old.js': secretFile() }, { unknown: true });
  });
  after(() => harness[Symbol.asyncDispose]());

  /** Creates a pull request that adds `src/new.js` to a base that contains `src/old.js` and has newer commits. */
  const openPull = async (): Promise<PullRequest> => {
    const opened = await repository.openPull({ 'src/new.js': secretFile() });
    await repository.push({ 'src/meanwhile.js': `export const c = '${opened.head}';\n` });
    return repository.pushToPull(opened, { 'src/more.js': 'export const d = 1;\n' });
  };
  const analyze = (pull: PullRequest, options?: AnalyzeOptions): Promise<StepRun> =>
    harness.analyze(pullRequestTrigger(repository, pull), options);
  const reportOf = (step: StepRun): Promise<AnalysisReport> =>
    harness.server.call('GET', `/jobs/${step.outputs['job-id']}/report`);
  const findingsOf = async (step: StepRun): Promise<string[]> =>
    (await reportOf(step)).findings.map(({ path, state }) => `${state} ${path}`);
  const warnings = ({ annotations }: StepRun): string[] =>
    annotations.flatMap(({ level, message, file }) => (level === 'warning' && file === undefined ? [message] : []));
  /** Makes GitHub unreachable for git after the checkout. */
  const cutOff = (workspace: string): Promise<void> =>
    writeFile(join(workspace, '../home/.gitconfig'), insteadOf('https://github.com/', 'http://127.0.0.1:1'));

  it('is uploaded with head and base, both missing in a shallow checkout, and its repository is registered', async () => {
    const pull = await openPull();
    const step = await analyze(pull);
    assert.equal(step.exitCode, 0, step.output);
    assert.match(
      step.output,
      /^The server cannot read the repository itself: Nothing says where the source of my-org\/web is/m,
    );
    assert.match(step.output, /^Uploading the checkout: \d+ files with the base, 1 KiB$/m);
    const { repository: analyzed } = await reportOf(step);
    assert.deepEqual(analyzed, { name: 'my-org/web', commit: pull.head, base: pull.mergeBase });
    assert.deepEqual(await findingsOf(step), ['new src/new.js', 'existing src/old.js']);
    assert.equal(harness.comments(repository, pull.number).length, 1);
    assert.equal(warnings(step).length, 1, 'of the gate');
  });

  it('is uploaded again after the wait that a busy server requests', async () => {
    const { proxy } = harness.server;
    const at: number[] = [];
    proxy.intercept = (request, response) => {
      if (request.method !== 'PUT') return false;
      at.push(performance.now());
      if (at.length > 1) return false;
      request.resume();
      response.writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': '2' }).end('{"code":"x"}');
      return true;
    };
    const step = await analyze(await openPull());
    proxy.intercept = null;
    assert.equal(step.exitCode, 0, step.output);
    const [first = 0, second = 0] = at;
    assert.ok(at.length === 2 && second - first >= 2000, String(at));
  });

  it('is read from the checkout alone if that has the history', async () => {
    const step = await analyze(await openPull(), { checkout: { 'fetch-depth': '0' }, afterCheckout: cutOff });
    assert.deepEqual(await findingsOf(step), ['new src/new.js', 'existing src/old.js']);
  });

  describe('if its origin cannot be reached either', () => {
    const missing = (commit: string, consequence: string): string =>
      `${commit} is not in the checkout and cannot be fetched${consequence} Set \`fetch-depth: 0\` for actions/checkout.`;

    it('counts as new completely if the base is missing, with a warning', async () => {
      const before = repository.tip();
      const after = await repository.push({ 'src/next.js': `export const e = '${before}';\n` });
      const step = await harness.analyze(pushTrigger(repository, { before, after }), { afterCheckout: cutOff });
      assert.equal(step.exitCode, 0, step.output);
      assert.deepEqual(await findingsOf(step), ['new src/old.js']);
      const consequence = ', so everything counts as new.';
      assert.equal(warnings(step)[0], missing(`The base commit ${before}`, consequence));
    });

    it('is GitHub’s merge commit if the head of the pull request is missing, with a warning', async () => {
      const pull = await openPull();
      const step = await analyze(pull, { afterCheckout: cutOff });
      assert.equal(step.exitCode, 0, step.output);
      const consequence = ". GitHub's merge commit is analyzed instead, in which lines may differ.";
      assert.equal(warnings(step)[0], missing(`Commit ${pull.head}`, consequence));
      assert.match(warnings(step)[1] ?? '', /everything counts as new/);
      assert.deepEqual((await findingsOf(step)).sort(), ['new src/new.js', 'new src/old.js']);
    });

    it('cannot be uploaded if another repository is checked out, which fails the step only with a gate', async () => {
      const pull = await openPull();
      const options: AnalyzeOptions = { checkout: { ref: pull.base }, afterCheckout: cutOff };
      const step = await analyze(pull, options);
      assert.deepEqual([step.exitCode, step.outputs.status], [0, 'failed'], step.output);
      const message = `The server cannot read the repository, and commit ${pull.head} is not in the checkout. Set \`fetch-depth: 0\` for actions/checkout, so that the commit can be uploaded.`;
      assert.deepEqual(warnings(step), [message]);
      assert.equal(step.summary, `## CommandCenter: no result\n\n${message}\n`);
      assert.equal((await harness.server.job(step.outputs['job-id'])).status, 'cancelled', 'nobody waits for it');

      const gated = await analyze(pull, { ...options, with: { 'fail-on-errors': 'true' } });
      assert.equal(gated.exitCode, 4);
      assert.deepEqual(gated.annotations, [{ level: 'error', title: 'Incomplete analysis', message }]);
    });
  });

  it('is the workspace without installed dependencies if there is no git', async () => {
    const afterCheckout = async (workspace: string): Promise<void> => {
      await rm(join(workspace, '.git'), { recursive: true });
      await mkdir(join(workspace, 'node_modules/dependency'), { recursive: true });
      await writeFile(join(workspace, 'node_modules/dependency/index.js'), secretFile());
    };
    const step = await analyze(await openPull(), { afterCheckout });
    assert.equal(step.exitCode, 0, step.output);
    assert.match(
      step.output,
      /^Uploading the checkout: \d+ files, 1 KiB\nSkipped, installed dependencies: node_modules$/m,
    );
    assert.deepEqual((await findingsOf(step)).sort(), ['new src/new.js', 'new src/old.js']);
    assert.match(warnings(step)[0] ?? '', /everything counts as new/);
  });

  it('cannot be uploaded if nothing is checked out', async () => {
    const step = await analyze(await openPull(), { checkout: null });
    assert.deepEqual([step.exitCode, step.outputs.status], [0, 'failed']);
    assert.deepEqual(warnings(step), [
      'The server cannot read the repository, and there is no checkout to upload. Run actions/checkout before this step.',
    ]);
  });

  it('is never uploaded for another repository', async () => {
    const { id } = await harness.server.call<{ id: number }>('POST', '/repositories', {
      project_id: 1,
      owner: 'my-org',
      name: 'elsewhere',
    });
    const step = await analyze(await openPull(), { with: { 'repository-id': String(id) } });
    assert.deepEqual([step.exitCode, step.outputs.status], [0, 'failed']);
    assert.match(
      warnings(step)[0] ?? '',
      /^The server cannot read my-org\/elsewhere, and it cannot be uploaded because another repository is checked out/,
    );
    assert.equal((await harness.server.job(step.outputs['job-id'])).status, 'cancelled');
  });

  it('contains every committed file regardless of attributes, and reports skipped large files and links', async () => {
    const odd = await harness.addRepository(
      'odd',
      {
        '.gitattributes': '*.js export-ignore export-subst filter=missing\n*.js text eol=crlf ident\n',
        'src/hidden.js': `// $Id$ $Format:%H$\n${secretFile()}`,
        'large.bin': Buffer.alloc(51 * MEBIBYTE),
      },
      { unknown: true },
    );
    await symlink('src/hidden.js', join(odd.work.folder, 'link.js'));
    const module = `160000,${odd.tip()},module`;
    odd.work.git('add', '--all');
    odd.work.git('update-index', '--add', '--cacheinfo', module);
    odd.work.git('commit', '--quiet', '--message', 'odd');
    odd.work.git('push', '--quiet', join(harness.folder, 'git/my-org/odd.git'), 'main');
    const sha = odd.work.git('rev-parse', 'HEAD');
    const step = await harness.analyze({ ...pushTrigger(odd, { before: odd.tip(), after: sha }), sha });
    assert.equal(step.exitCode, 0, step.output);
    assert.match(
      step.output,
      /^Uploading the checkout: 4 files with the base, 1 KiB\nSkipped, too large: 2 files, such as large\.bin, large\.bin\nSkipped: 1 symbolic links\nSkipped: 1 submodules$/m,
    );
    const { findings } = await reportOf(step);
    assert.deepEqual(
      findings.map(({ path, start_line, state }) => [path, start_line, state]),
      [['src/hidden.js', 2, 'existing']],
    );
  });

  describe('on a GitHub that requires a token', () => {
    it('is fetched with the credential of the checkout, otherwise with the workflow’s token', async () => {
      await using server = await openReverseProxy(selfSigned('127.0.0.1'));
      server.behind = harness.git.url;
      const expected = new Set<string>();
      const used: string[] = [];
      server.intercept = ({ headers }, response) => {
        const [user, token = ''] = Buffer.from(headers.authorization?.split(' ')[1] ?? '', 'base64')
          .toString()
          .split(':');
        if (user === 'x-access-token' && expected.has(token)) {
          used.push(token);
          return false;
        }
        response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end();
        return true;
      };
      const { runner } = harness;
      harness.runner = {
        ...runner,
        serverUrl: server.url,
        gitConfig: '[http]\n\tsslVerify = false\n',
        async issueToken(permissions) {
          const token = await runner.issueToken(permissions);
          expected.add(token);
          return token;
        },
      };
      for (const persist of ['true', 'false']) {
        used.length = 0;
        const afterCheckout = async (): Promise<void> => {
          used.length = 0;
        };
        const step = await analyze(await openPull(), { checkout: { 'persist-credentials': persist }, afterCheckout });
        assert.equal(step.exitCode, 0, step.output);
        assert.deepEqual(await findingsOf(step), ['new src/new.js', 'existing src/old.js'], persist);
        assert.ok(used.length > 0);
      }
      harness.runner = runner;
    });
  });
});
