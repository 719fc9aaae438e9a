import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { madeUpToken } from '../../../../packages/server/test/analysis/planted.ts';
import type { StepRun } from './runner/run-action.ts';
import { openDetour } from './stage/detour.ts';
import type { HostedRepository, PullRequest } from './stage/hosted-repository.ts';
import { selfSigned } from './stage/self-signed.ts';
import { type AnalyseOptions, insteadOf, openStage, type Stage } from './stage/stage.ts';
import { pullRequestTrigger, pushTrigger } from './stage/triggers.ts';

const secretFile = (): string => `export const token = '${madeUpToken()}';\n`;
const MEBIBYTE = 1024 * 1024;

describe('the source of a repository that the server cannot read', () => {
  let stage: Stage;
  let repository: HostedRepository;
  before(async () => {
    stage = await openStage();
    repository = await stage.addRepository('web', { 'src/old.js': secretFile() }, { unknown: true });
  });
  after(() => stage[Symbol.asyncDispose]());

  /** Adds `src/new.js` to a base that has `src/old.js`, and has gone on since. */
  const openPull = async (): Promise<PullRequest> => {
    const opened = await repository.openPull({ 'src/new.js': secretFile() });
    await repository.push({ 'src/meanwhile.js': `export const c = '${opened.head}';\n` });
    return repository.pushToPull(opened, { 'src/more.js': 'export const d = 1;\n' });
  };
  const analyse = (pull: PullRequest, options?: AnalyseOptions): Promise<StepRun> =>
    stage.analyse(pullRequestTrigger(repository, pull), options);
  const reportOf = (step: StepRun): Promise<AnalysisReport> =>
    stage.server.call('GET', `/jobs/${step.outputs['job-id']}/report`);
  const findingsOf = async (step: StepRun): Promise<string[]> =>
    (await reportOf(step)).findings.map(({ path, state }) => `${state} ${path}`);
  const warnings = ({ annotations }: StepRun): string[] =>
    annotations.flatMap(({ level, message, file }) => (level === 'warning' && file === undefined ? [message] : []));
  /** From after the checkout on GitHub cannot be reached. */
  const cutOff = (workspace: string): Promise<void> =>
    writeFile(join(workspace, '../home/.gitconfig'), insteadOf('https://github.com/', 'http://127.0.0.1:1'));

  it('is uploaded with head and base, which a shallow checkout of a merge lacks both, and registered by that', async () => {
    const pull = await openPull();
    const step = await analyse(pull);
    assert.equal(step.exitCode, 0, step.output);
    assert.match(
      step.output,
      /^The server cannot read the repository itself: Nothing says where the source of my-org\/web is/m,
    );
    assert.match(step.output, /^Uploading the checkout: \d+ files with the base, 1 KiB$/m);
    const { repository: analysed } = await reportOf(step);
    assert.deepEqual(analysed, { name: 'my-org/web', commit: pull.head, base: pull.mergeBase });
    assert.deepEqual(await findingsOf(step), ['new src/new.js', 'existing src/old.js']);
    assert.equal(stage.comments(repository, pull.number).length, 1);
    assert.equal(warnings(step).length, 1, 'of the gate');
  });

  it('is taken from the checkout alone where that has the history', async () => {
    const step = await analyse(await openPull(), { checkout: { 'fetch-depth': '0' }, afterCheckout: cutOff });
    assert.deepEqual(await findingsOf(step), ['new src/new.js', 'existing src/old.js']);
  });

  describe('whose origin cannot be reached either', () => {
    const missing = (sha: string, otherwise: string): string =>
      `Commit ${sha}${otherwise} Set \`fetch-depth: 0\` at actions/checkout.`;

    it('counts as new altogether where the base is missing, and a warning says so', async () => {
      const before = repository.tip();
      const after = await repository.push({ 'src/next.js': `export const e = '${before}';\n` });
      const step = await stage.analyse(pushTrigger(repository, { before, after }), { afterCheckout: cutOff });
      assert.equal(step.exitCode, 0, step.output);
      assert.deepEqual(await findingsOf(step), ['new src/old.js']);
      const why =
        ', which this is compared with, is not in the checkout and cannot be fetched: everything counts as new.';
      assert.equal(warnings(step)[0], missing(before, why));
    });

    it('is GitHub’s merge of a pull request where its head is missing, and a warning says so', async () => {
      const pull = await openPull();
      const step = await analyse(pull, { afterCheckout: cutOff });
      assert.equal(step.exitCode, 0, step.output);
      const why =
        " is not in the checkout and cannot be fetched: GitHub's merge of it is analysed in its place, where lines may differ.";
      assert.equal(warnings(step)[0], missing(pull.head, why));
      assert.match(warnings(step)[1] ?? '', /everything counts as new/);
      assert.deepEqual((await findingsOf(step)).sort(), ['new src/new.js', 'new src/old.js']);
    });

    it('is no result where something else is checked out, which fails the step only with a gate', async () => {
      const pull = await openPull();
      const options: AnalyseOptions = { checkout: { ref: pull.base }, afterCheckout: cutOff };
      const step = await analyse(pull, options);
      assert.deepEqual([step.exitCode, step.outputs.status], [0, 'failed'], step.output);
      const message = `The server cannot read the repository, and commit ${pull.head} is not in the checkout. Set \`fetch-depth: 0\` at actions/checkout, so that it can be uploaded.`;
      assert.deepEqual(warnings(step), [message]);
      assert.equal(step.summary, `## CommandCenter: no result\n\n${message}\n`);
      assert.equal((await stage.server.job(step.outputs['job-id'])).status, 'cancelled', 'nobody waits for it');

      const gated = await analyse(pull, { ...options, with: { 'fail-on-errors': 'true' } });
      assert.equal(gated.exitCode, 4);
      assert.deepEqual(gated.annotations, [{ level: 'error', title: 'Incomplete analysis', message }]);
    });
  });

  it('without git is what lies in the workspace, but for what is installed', async () => {
    const afterCheckout = async (workspace: string): Promise<void> => {
      await rm(join(workspace, '.git'), { recursive: true });
      await mkdir(join(workspace, 'node_modules/dependency'), { recursive: true });
      await writeFile(join(workspace, 'node_modules/dependency/index.js'), secretFile());
    };
    const step = await analyse(await openPull(), { afterCheckout });
    assert.equal(step.exitCode, 0, step.output);
    assert.match(
      step.output,
      /^Uploading the checkout: \d+ files, 1 KiB\nLeft out as installed, not source: node_modules$/m,
    );
    assert.deepEqual((await findingsOf(step)).sort(), ['new src/new.js', 'new src/old.js']);
    assert.match(warnings(step)[0] ?? '', /everything counts as new/);
  });

  it('cannot be given where nothing is checked out', async () => {
    const step = await analyse(await openPull(), { checkout: null });
    assert.deepEqual([step.exitCode, step.outputs.status], [0, 'failed']);
    assert.deepEqual(warnings(step), [
      'The server cannot read the repository, and nothing is checked out that could be uploaded. Put actions/checkout before this step.',
    ]);
  });

  it('is never taken for that of another repository', async () => {
    const { id } = await stage.server.call<{ id: number }>('POST', '/repositories', {
      project_id: 1,
      owner: 'my-org',
      name: 'elsewhere',
    });
    const step = await analyse(await openPull(), { with: { 'repository-id': String(id) } });
    assert.deepEqual([step.exitCode, step.outputs.status], [0, 'failed']);
    assert.match(
      warnings(step)[0] ?? '',
      /^The server cannot read my-org\/elsewhere, and it is not what is checked out/,
    );
    assert.equal((await stage.server.job(step.outputs['job-id'])).status, 'cancelled');
  });

  it('has all that was committed, whatever its attributes say; what is large or no file is left out, and that is said', async () => {
    const odd = await stage.addRepository(
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
    odd.work.git('push', '--quiet', join(stage.folder, 'git/my-org/odd.git'), 'main');
    const sha = odd.work.git('rev-parse', 'HEAD');
    const step = await stage.analyse({ ...pushTrigger(odd, { before: odd.tip(), after: sha }), sha });
    assert.equal(step.exitCode, 0, step.output);
    assert.match(
      step.output,
      /^Uploading the checkout: 4 files with the base, 1 KiB\nLeft out as too large: 2 files, such as large\.bin, large\.bin\nLeft out: 1 symbolic links\nLeft out: 1 submodules$/m,
    );
    const { findings } = await reportOf(step);
    assert.deepEqual(
      findings.map(({ path, start_line, state }) => [path, start_line, state]),
      [['src/hidden.js', 2, 'existing']],
    );
  });

  describe('in a GitHub that lets nobody in without a token', () => {
    it('is fetched with the credential that the checkout kept, else with the workflow’s token', async () => {
      await using server = await openDetour(selfSigned('127.0.0.1'));
      server.behind = stage.git.url;
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
      const { runner } = stage;
      stage.runner = {
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
        const step = await analyse(await openPull(), { checkout: { 'persist-credentials': persist }, afterCheckout });
        assert.equal(step.exitCode, 0, step.output);
        assert.deepEqual(await findingsOf(step), ['new src/new.js', 'existing src/old.js'], persist);
        assert.ok(used.length > 0);
      }
      stage.runner = runner;
    });
  });
});
