import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type GitServer, startGitServer } from '../../analyzer/src/git/testing/git-server.ts';
import { createTestRepository, type TestRepository } from '../../analyzer/src/git/testing/repository.ts';
import { analyzeToReport, plantedSecret } from './harness/analyze-to-report.ts';
import { type Outcome, runCommandcenter } from './harness/run-commandcenter.ts';

const credential = { username: 'somebody', password: 'the-right-password' };

describe('analyze the address of a repository', () => {
  let folder: string;
  let repository: TestRepository;
  let git: GitServer;
  let privateGit: GitServer;
  let first: string;
  let second: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-address-'));
    repository = await createTestRepository();
    await repository.write('a.js', 'export const a = 1;\n');
    first = repository.commit('first');
    await repository.write('key.js', plantedSecret());
    second = repository.commit('second');
    await mkdir(join(folder, 'git/acme'), { recursive: true });
    repository.git('clone', '--quiet', '--bare', repository.folder, join(folder, 'git/acme/web.git'));
    repository.git('init', '--quiet', '--bare', join(folder, 'git/acme/empty.git'));
    git = await startGitServer(join(folder, 'git'), {
      before(request, response) {
        if (request.url?.startsWith('/page') !== true) return false;
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
        return true;
      },
    });
    privateGit = await startGitServer(join(folder, 'git'), { credential });
  });
  after(async () => {
    for (const server of [git, privateGit]) await server.close();
    await repository.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const withCredential = ({ url }: GitServer, password: string): string =>
    url.replace('//', `//${credential.username}:${password}@`);

  it('analyzes the default branch and compares it with another branch', async () => {
    repository.git('branch', 'release', first);
    repository.git('push', '--quiet', join(folder, 'git/acme/web.git'), 'release');
    const { code, report } = await analyzeToReport(`${git.url}/acme/web.git`, [
      '--base',
      'release',
      '--depth',
      'quick',
    ]);
    assert.equal(code, 1);
    assert.deepEqual(report.repository, { name: 'acme/web', commit: second, base: first });
    assert.deepEqual(
      report.findings.map(({ path, state }) => [path, state]),
      [['key.js', 'new']],
    );
  });

  it('accepts file addresses, and addresses with a credential', async () => {
    for (const address of [
      `file://${join(folder, 'git/acme/web.git')}`,
      `${withCredential(privateGit, credential.password)}/acme/web.git`,
    ]) {
      const { report } = await analyzeToReport(address, ['--depth', 'quick']);
      assert.equal(report.repository.commit, second);
      assert.doesNotMatch(JSON.stringify(report), /the-right-password/);
    }
  });

  const analyzeAddress = (address: string, ...options: string[]): Promise<Outcome> =>
    runCommandcenter(['analyze', address, '--offline', '--no-cache', ...options]);

  const cases: [failure: string, code: number, message: RegExp, address: () => string, options?: string[]][] = [
    [
      'no server listens at the address',
      3,
      /could not be reached\. git says: .*Couldn't connect.*Check the address/,
      () => 'http://127.0.0.1:1/x',
    ],
    [
      'a credential is needed',
      3,
      /credential .* not accepted, or one is needed.*Give one in the address/,
      () => `${privateGit.url}/acme/web.git`,
    ],
    [
      'the credential is wrong',
      3,
      /credential .* not accepted.*Give one in the address/,
      () => `${withCredential(privateGit, 'a-wrong-password')}/acme/web.git`,
    ],
    ['there is no such repository', 2, /There is no repository at/, () => `${git.url}/acme/none.git`],
    [
      'the address is a web page',
      2,
      /no commits yet, if it is a git repository.*`git clone` takes/,
      () => `${git.url}/page`,
    ],
    ['the repository has no commit', 2, /has no commits yet.* Push a commit/, () => `${git.url}/acme/empty.git`],
    [
      'the base branch does not exist',
      2,
      /does not have the branch/,
      () => `${git.url}/acme/web.git`,
      ['--base', 'none'],
    ],
    [
      'the base commit does not exist',
      2,
      /does not have the commit/,
      () => `${git.url}/acme/web.git`,
      ['--base', 'f'.repeat(40)],
    ],
    ['the base is not a valid name', 2, /"HEAD~1" is no name/, () => `${git.url}/acme/web.git`, ['--base', 'HEAD~1']],
  ];
  // Run two at a time, because each test starts a process that mostly waits.
  describe('explains a failure', { concurrency: 2 }, () => {
    for (const [failure, expected, pattern, address, options = []] of cases)
      it(`exits with ${expected} if ${failure}`, async () => {
        const { code, stdout, stderr } = await analyzeAddress(address(), ...options);
        assert.deepEqual([code, stdout], [expected, ''], stderr);
        const [message = ''] = stderr.trimEnd().split('\n').slice(-1);
        assert.match(message, pattern);
        assert.doesNotMatch(stderr, /password@|^\s+at /m);
      });
  });

  it('refuses a repository with too many files before it writes any', async () => {
    const bare = join(folder, 'git/acme/many.git');
    repository.git('init', '--quiet', '--bare', bare);
    const inBare = (args: string[], input = ''): string =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '--git-dir', bare, ...args], {
        input,
        encoding: 'utf8',
      }).trim();
    const blob = inBare(['hash-object', '-w', '--stdin']);
    const entries = Array.from({ length: 100_001 }, (_, n) => `100644 blob ${blob}\tfile-${n}\n`).join('');
    const commit = inBare(['commit-tree', '-m', 'many', inBare(['mktree'], entries)]);
    inBare(['update-ref', 'refs/heads/many', commit]);
    inBare(['symbolic-ref', 'HEAD', 'refs/heads/many']);
    const { code, stderr } = await analyzeAddress(`file://${bare}`);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /has more than 100000 files\. Analyze a folder of it, or leave generated and vendored files out/,
    );
  });

  it('prints the failure as JSON with --json', async () => {
    const { code, stdout } = await analyzeAddress('http://127.0.0.1:1/x', '--json');
    assert.equal(code, 3);
    assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, 'source.unreachable');
  });
});
