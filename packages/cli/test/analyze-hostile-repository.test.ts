import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { createTestRepository, type TestRepository } from '../../analyzer/src/git/testing/repository.ts';
import { analyzeToReport, engineOf, incompleteOf, plantedSecret } from './harness/analyze-to-report.ts';
import { hostileSettings, setTrap, type Trap, toolFiles, writeHooks } from './harness/hostile-repository.ts';
import { runCommandcenter } from './harness/run-commandcenter.ts';

/** The unpacked repository belongs to a stranger. It tries to run code and read other files while it is analyzed. */
describe('commandcenter analyze in a hostile repository', () => {
  let folder: string;
  let outside: string;
  let trap: Trap;
  let repository: TestRepository;
  let base: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-hostile-'));
    outside = join(folder, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'key.js'), plantedSecret('ABC'));
    trap = await setTrap(join(folder, 'trap'));
    repository = await createTestRepository();
    await repository.write('a.txt', 'a\n');
    base = repository.commit('base');
    await repository.write('src/key.js', plantedSecret());
    for (const [path, content] of Object.entries(toolFiles(trap))) await repository.write(path, content);
    await symlink(join(outside, 'key.js'), join(repository.folder, 'linked.js'));
    await symlink(outside, join(repository.folder, 'linked'));
    repository.commit('head');
    // Create `objects`, `refs` and `HEAD` in a folder, because git treats any folder with these entries as a bare repository.
    for (const name of ['objects', 'refs']) await mkdir(join(repository.folder, 'bare', name), { recursive: true });
    await repository.write('bare/HEAD', 'ref: refs/heads/main\n');
    await repository.write('bare/config', `[core]\n\tbare = true\n\tfsmonitor = ${trap.program}\n\tworktree = ..\n`);
    await repository.write('bare/key.js', plantedSecret('XYZ'));
    await writeHooks(repository.gitDirectory, trap);
    for (const [name, value] of hostileSettings(trap)) repository.git('config', name, value);
    // Give `a.txt` an old modification time, so that git reads and filters the file to find out if it has changed.
    await utimes(join(repository.folder, 'a.txt'), 1, 1);
  });
  after(async () => {
    await repository.remove();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => trap.clearMarks());

  const secretsIn = async (place: string, ...options: string[]): Promise<string[]> => {
    const { report } = await analyzeToReport(place, options, { cwd: place });
    assert.deepEqual(await trap.marks(), [], 'code of the repository was run');
    const secrets = report.findings.filter(({ engine }) => engine === 'secrets' || engine === 'history');
    return secrets.map(({ path, state }) => `${path} ${state}`);
  };

  it('has real traps: git itself runs them', async () => {
    try {
      execFileSync('git', ['diff', '--stat'], { cwd: repository.folder, stdio: 'ignore' });
    } catch {
      // Ignore a failure of git, which its trap programs cause: this test only checks that git ran them.
    }
    assert.notDeepEqual(await trap.marks(), []);
  });

  it('runs no code of the repository, follows no link, and reports its new secrets', async () => {
    const { report } = await analyzeToReport('.', ['--base', 'HEAD~1', '--depth', 'comprehensive'], {
      cwd: repository.folder,
    });
    assert.deepEqual(await trap.marks(), []);
    assert.equal(report.repository.base, base);
    const secrets = report.findings.filter(({ engine }) => engine === 'secrets');
    assert.deepEqual(
      secrets.map(({ path, state }) => `${path} ${state}`),
      ['bare/key.js new', 'src/key.js new'],
    );
    const [links] = engineOf(report, 'source').skipped.filter(({ reason }) => /symbolic links/.test(reason));
    assert.deepEqual(links?.examples.toSorted(), ['linked', 'linked.js']);
    assert.equal(engineOf(report, 'bug-patterns').complete, true);
    assert.equal(engineOf(report, 'history').complete, true);
  });

  it('does not use advisories that the repository contains', async () => {
    const own = await mkdtemp(join(folder, 'own-'));
    await writeFile(join(own, 'package.json'), '{"dependencies":{"demo":"1.0.0"}}');
    const advisory = { id: 'GHSA-1', modified: '2026-11-20T08:00:00Z', affected: [] };
    const affected = [{ package: { ecosystem: 'npm', name: 'another' }, versions: ['1.0.0'] }];
    await writeFile(join(own, 'advisory.json'), JSON.stringify({ ...advisory, affected }));
    const imported = await runCommandcenter(['advisories', 'import', own], {
      environment: { DATA_DIR: `${own}/data` },
    });
    assert.equal(imported.code, 0, imported.stderr);
    const { report, stderr } = await analyzeToReport('.', ['--depth', 'quick'], { cwd: own });
    assert.match(incompleteOf(report).vulnerabilities ?? '', /No advisory database/);
    assert.match(stderr, /data\/advisories are not used, because .*set DATA_DIR/);
    const environment = { DATA_DIR: './data' };
    const trusted = await analyzeToReport('.', ['--depth', 'quick'], { cwd: own, environment });
    assert.equal(engineOf(trusted.report, 'vulnerabilities').complete, true);
  });

  it('runs no code of a folder that looks like a bare repository', async () => {
    assert.deepEqual(await secretsIn(join(repository.folder, 'bare')), ['key.js new']);
  });

  it('runs no code of another repository that the .git file names', async () => {
    const worktree = join(folder, 'worktree');
    await mkdir(worktree);
    await writeFile(join(worktree, '.git'), `gitdir: ${repository.gitDirectory}\n`);
    await writeFile(join(worktree, 'key.js'), plantedSecret());
    assert.deepEqual(await secretsIn(worktree, '--base', base), ['key.js new']);
  });

  it('reports a .git file that names no repository', async () => {
    const lost = join(folder, 'lost');
    await mkdir(lost);
    await writeFile(join(lost, '.git'), `gitdir: ${join(folder, 'nowhere')}\n`);
    const { code, stderr } = await runCommandcenter(['analyze', lost, '--offline']);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /not a git repository/);
  });

  it('reads objects through alternates without running code there', async () => {
    const borrower = await createTestRepository();
    try {
      await borrower.write('key.js', plantedSecret());
      await writeFile(
        join(borrower.gitDirectory, 'objects/info/alternates'),
        `${join(repository.gitDirectory, 'objects')}\n`,
      );
      for (const [name, value] of hostileSettings(trap)) borrower.git('config', name, value);
      assert.deepEqual(await secretsIn(borrower.folder, '--base', base), ['key.js new']);
    } finally {
      await borrower.remove();
    }
  });
});
