import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { type GitServer, startGitServer } from '../../../analyzer/src/git/testing/git-server.ts';
import { createTestRepository, type TestRepository } from '../../../analyzer/src/git/testing/repository.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type AnalysisServer, startAnalysisServer } from './analysis-server.ts';
import { hostileEntries, leak, oddNames, type Traps } from './hostile-entries.ts';
import { branches, importAdvisory, lockfile, weakAdvisory } from './planted.ts';

const copied = Array.from(
  { length: 20 },
  (_, n) => `export const part${n} = (left, right) => left.value${n} * right.value${n} + ${n};\n`,
).join('');

const workflow = `on: issues
permissions: {}
jobs:
  greet:
    needs: nobody
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ github.event.issue.title }}"
`;

/** Path of a file whose name in the folder `odd` is `with/slashes.js`: the slash is part of the name, which git itself would not create. */
const SLASHED = 'odd/with/slashes.js';

/** Files by path, each with its content and the rules of the findings that the analysis must report for it. */
const planted: Record<string, [content: string, ...rules: string[]]> = {
  'src/config.js': [leak(), 'secrets/github-token'],
  'package-lock.json': [lockfile({ weak: '1.2.3' }), 'vulnerabilities/CVE-2099-0001'],
  'src/route.js': [branches(40), 'complexity/high'],
  'src/lint.js': ['export const isNothing = (value) => value === NaN;\n', 'bug-patterns/use-isnan'],
  'src/copy-a.js': [copied, 'duplication/clone'],
  'src/copy-b.js': [copied],
  '.github/workflows/greet.yml': [workflow, 'workflows/job-needs', 'workflows/script-injection'],
};

describe('a repository that tries everything at once', () => {
  let folder: string;
  let repository: TestRepository;
  let git: GitServer;
  let trap: Server;
  let traps: Traps;
  let caught = 0;
  let server: AnalysisServer;
  let jobId: number;
  let report: AnalysisReport;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-hostile-'));
    for (const name of ['marks', 'git']) await mkdir(join(folder, name));
    trap = createServer((socket) => {
      caught += 1;
      socket.destroy();
    });
    trap.listen(0, '127.0.0.1');
    await new Promise((resolve) => trap.once('listening', resolve));
    const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
    traps = { mark: (name) => `touch ${join(folder, 'marks', name)}`, url };

    repository = await createTestRepository();
    await repository.write('README.md', '# App\n');
    const base = repository.commit('base');
    const bare = join(folder, 'git/web.git');
    repository.git('clone', '--quiet', '--bare', repository.folder, bare);
    const entries = hostileEntries(traps);
    entries.push({ mode: '40000', path: 'odd', content: await treeWith(SLASHED.replace('odd/', '')) });
    for (const [path, [content]] of Object.entries(planted)) {
      // The lockfile names the trap's address as its package source, because the analysis must not send a request there.
      entries.push({ mode: '100644', path, content: content.replaceAll('https://registry.npmjs.org', url) });
    }
    const head = repository.commitEntries(entries);
    repository.git('push', '--quiet', bare, `${head}:refs/heads/hostile`);

    git = await startGitServer(join(folder, 'git'));
    const DATA_DIR = join(folder, 'data');
    await importAdvisory(DATA_DIR, weakAdvisory());
    // Allow requests to the trap's address, so that only the analysis itself can be the reason why none arrives.
    server = await startAnalysisServer({ DATA_DIR, EGRESS_ALLOW: '127.0.0.1', OSV_API_URL: 'off' });
    await server.register('web', `${git.url}/web.git`);
    const { body } = await server.analyse('web', { depth: 'standard', commit_sha: head, base_sha: base });
    const job = await server.comeTo(body.id, 'completed', 'failed', 'awaiting_source');
    assert.equal(job.status, 'completed', JSON.stringify(job.error));
    jobId = job.id;
    report = await server.report(jobId);
  });
  after(async () => {
    await server.stop();
    await git.close();
    trap.close();
    await repository.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Creates a git tree with one file of this name, which may contain slashes. Returns the object id of the tree. */
  const treeWith = async (name: string): Promise<string> => {
    const [content, bytes] = [join(folder, 'content'), join(folder, 'tree')];
    await writeFile(content, leak());
    const blob = Buffer.from(repository.git('hash-object', '-w', content), 'hex');
    await writeFile(bytes, Buffer.concat([Buffer.from(`100644 ${name}\0`), blob]));
    const id = repository.git('hash-object', '-t', 'tree', '-w', '--literally', bytes);
    for (const file of [content, bytes]) await rm(file);
    return id;
  };

  it('is told what is wrong with it, as new, whatever its own files say', () => {
    const leaks = [...oddNames, SLASHED].map((path): [string, string] => [path, 'secrets/github-token']);
    const others = Object.entries(planted).flatMap(([path, [, ...rules]]) =>
      rules.map((rule): [string, string] => [path, rule]),
    );
    assert.deepEqual(
      report.findings.map(({ path, rule }) => `${path} ${rule}`).sort(),
      [...leaks, ...others].map(([path, rule]) => `${path} ${rule}`).sort(),
    );
    assert.deepEqual(new Set(report.findings.map(({ state }) => state)), new Set(['new']));
    assert.equal(report.result.gate.passed, false);
    assert.ok(report.findings.every(({ title }) => /^.{1,200}$/.test(title)));
  });

  it('is told what was passed over and what should have been seen, each by its name', () => {
    const source = report.result.engines.find(({ name }) => name === 'source');
    assert.deepEqual(Object.fromEntries(source?.skipped.map(({ reason, examples }) => [reason, examples]) ?? []), {
      'symbolic links are not followed': ['up', 'package-lock.link.json', 'src/passwd.js'],
      'submodules are not fetched': ['modules/a', 'modules/b', 'modules/c'],
      'kept in Git LFS, which is not fetched': ['assets/model.bin'],
      'its name is not UTF-8': ['src/\ufffd.js'],
      'its path is too long': [`src/${'m'.repeat(256)}.js`],
      // The report shows at most five paths for a reason.
      'its path is not allowed': [
        '.git/config',
        '.git/hooks/post-checkout',
        '.GIT/hooks/post-checkout',
        'git~1/config',
        'src/back\\slash.js',
      ],
    });
    const reasons = report.result.engines.flatMap(({ name, complete, reason }) => (complete ? [] : [[name, reason]]));
    const entities =
      'Mend or remove what could not be read: java/pom.xml (could not be read: External entities are not supported).';
    assert.deepEqual(Object.fromEntries(reasons), {
      source:
        'Not every file was looked at: .git/config (its path is not allowed). Give it another name or make it smaller, or take it out of the repository.',
      dependencies: entities,
      vulnerabilities: `Not all dependencies are known: ${entities}`,
    });
  });

  it('runs nothing, asks nobody, and writes nowhere', async () => {
    assert.deepEqual(await readdir(join(folder, 'marks')), []);
    assert.equal(caught, 0);
    assert.deepEqual(
      git.requests.map(({ line }) => line),
      ['GET /web.git/info/refs?service=git-upload-pack', 'POST /web.git/git-upload-pack'],
    );
    assert.deepEqual((await readdir(folder)).sort(), ['data', 'git', 'marks']);
    await waitFor('its files to be removed', async () => {
      return (await readdir(join(folder, 'data/analysis/work'))).length === 0;
    });
  });

  it('is shown on a page that its names do nothing to, and nowhere with a file of this machine', async () => {
    const [page, sarif, sbom] = await Promise.all(
      ['report.html', 'sarif', 'sbom'].map((form) => server.text(`/jobs/${jobId}/${form}`)),
    );
    assert.ok(page?.includes('&#60;img src=x onerror=alert(1)&#62;'), 'the name is shown');
    for (const live of ['<img', '<script', '\u202e']) assert.ok(!page?.includes(live), `${live} is on the page`);
    const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').filter(({ length }) => length > 20);
    assert.ok(accounts.length > 0);
    for (const text of [JSON.stringify(report), page, sarif, sbom]) {
      for (const account of accounts) assert.ok(!text?.includes(account), account);
    }
  });

  it('would have been caught: the traps work', async () => {
    execFileSync('/bin/sh', ['-c', traps.mark('here')]);
    assert.deepEqual(await readdir(join(folder, 'marks')), ['here']);
    await assert.rejects(fetch(traps.url));
    assert.equal(caught, 1);
  });
});
