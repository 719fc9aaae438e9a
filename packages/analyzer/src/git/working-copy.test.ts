import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { defaultBranch, mergeBase, resolveCommit } from './resolve-commit.ts';
import { createTestRepository, type TestRepository } from './testing/repository.ts';
import { listWorkingCopy } from './working-copy.ts';

const { signal } = new AbortController();

describe('listWorkingCopy', () => {
  let repository: TestRepository;
  beforeEach(async () => {
    repository = await createTestRepository();
  });
  afterEach(() => repository.remove());
  const list = async (folder = repository.folder) => {
    const found = await listWorkingCopy(folder, signal);
    assert.ok(found !== null);
    return { ...found, paths: found.paths.sort() };
  };

  it('lists files that are tracked or not ignored', async () => {
    await repository.write('.gitignore', 'ignored\n*.log\n');
    await repository.write('a.ts', 'a');
    await repository.write('tracked.log', 'tracked all the same');
    repository.git('add', '--force', '.');
    const commit = repository.commit();
    assert.deepEqual(await list(), {
      gitDirectory: repository.gitDirectory,
      workTree: repository.folder,
      commit,
      dirty: false,
      paths: ['.gitignore', 'a.ts', 'tracked.log'],
      remote: null,
      folder: '',
    });
    await repository.write('ignored/b.ts', 'b');
    await repository.write('c.log', 'c');
    assert.equal((await list()).dirty, false);
    await repository.write('new "file"\n.ts', 'n');
    const now = await list();
    assert.equal(now.dirty, true);
    assert.deepEqual(now.paths, ['.gitignore', 'a.ts', 'new "file"\n.ts', 'tracked.log']);
  });

  it('reports whether the folder equals the commit', async () => {
    await repository.write('a.ts', 'a');
    await repository.write('b.ts', 'b');
    repository.commit();
    assert.equal((await list()).dirty, false);
    await repository.write('a.ts', 'A');
    assert.equal((await list()).dirty, true);
    repository.git('add', '.');
    assert.equal((await list()).dirty, true);
    repository.commit();
    assert.equal((await list()).dirty, false);
    await rm(join(repository.folder, 'b.ts'));
    assert.equal((await list()).dirty, true);
  });

  it("runs no program from the repository's configuration", async () => {
    const outside = await mkdtemp(join(tmpdir(), 'working-copy-'));
    const script = join(outside, 'evil');
    await writeFile(script, `#!/bin/sh\ntouch ${join(outside, 'touched')}\ncat\n`);
    await chmod(script, 0o755);
    await repository.write('.gitattributes', '* filter=evil diff=evil\n');
    await repository.write('a.txt', 'a\n');
    repository.commit();
    await mkdir(join(repository.gitDirectory, 'hooks'), { recursive: true });
    for (const hook of ['post-index-change', 'fsmonitor-watchman', 'post-checkout', 'reference-transaction'])
      await symlink(script, join(repository.gitDirectory, 'hooks', hook));
    for (const name of [
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'core.fsmonitor',
      'diff.evil.textconv',
      'diff.external',
      'core.pager',
      'core.askPass',
      'gpg.program',
      'alias.ls-files',
      'alias.rev-parse',
    ])
      repository.git('config', name, script);
    repository.git('config', 'core.worktree', '/etc');
    repository.git('config', 'log.showSignature', 'true');
    // Change the time of a file, so that git must read the file to detect changes.
    await utimes(join(repository.folder, 'a.txt'), 1, 1);
    try {
      assert.deepEqual((await list()).paths, ['.gitattributes', 'a.txt']);
      assert.deepEqual(await readdir(outside), ['evil']);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('returns no commit before the first one', async () => {
    await repository.write('a.ts', 'a');
    const { commit, dirty, paths } = await list();
    assert.deepEqual([commit, dirty, paths], [null, true, ['a.ts']]);
  });

  it('lists only the given folder', async () => {
    await repository.write('a.ts', 'a');
    await repository.write('packages/web/b.ts', 'b');
    await repository.write('.gitignore', 'ignored\n');
    await repository.write('ignored/c.ts', 'c');
    repository.commit();
    const found = await list(join(repository.folder, 'packages'));
    assert.deepEqual([found.paths, found.folder], [['web/b.ts'], 'packages']);
    assert.equal(await listWorkingCopy(join(repository.folder, 'ignored'), signal), null);
  });

  it('accepts worktrees and submodules', async () => {
    await repository.write('a.ts', 'a');
    const commit = repository.commit();
    const worktree = join(repository.folder, 'elsewhere');
    repository.git('worktree', 'add', '--quiet', worktree);
    await writeFile(join(worktree, 'b.ts'), 'b');
    const found = await list(worktree);
    assert.deepEqual([found.paths, found.commit, found.dirty], [['a.ts', 'b.ts'], commit, true]);

    const other = await createTestRepository();
    try {
      await other.write('c.ts', 'c');
      const inModule = other.commit();
      repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.folder, 'module');
      const module = await list(join(repository.folder, 'module'));
      assert.deepEqual(
        [module.paths, module.commit, module.dirty, module.remote],
        [['c.ts'], inModule, false, other.folder],
      );
      assert.ok((await list()).paths.includes('module'));
    } finally {
      await other.remove();
    }
  });

  it("returns the remote's address without the password", async () => {
    repository.git('remote', 'add', 'origin', 'https://user:secret@example.org/owner/name.git');
    assert.equal((await list()).remote, 'https://example.org/owner/name.git');
    repository.git('remote', 'set-url', 'origin', 'git@example.org:owner/name.git');
    assert.equal((await list()).remote, 'git@example.org:owner/name.git');
  });

  it('returns null if there is no repository', async () => {
    await rename(repository.gitDirectory, join(repository.folder, 'git'));
    assert.equal(await listWorkingCopy(repository.folder, signal), null);
    await writeFile(join(repository.folder, '.git'), 'no git directory');
    assert.equal(await listWorkingCopy(repository.folder, signal), null);
    await assert.rejects(listWorkingCopy(join(repository.folder, 'none'), signal), { code: 'source.not_found' });
  });

  it('resolves names of commits and finds merge bases', async () => {
    const { gitDirectory } = repository;
    await repository.write('a', '1');
    const first = repository.commit();
    repository.git('checkout', '--quiet', '-b', 'topic');
    await repository.write('b', '1');
    const topic = repository.commit();
    repository.git('checkout', '--quiet', 'main');
    await repository.write('a', '2');
    const main = repository.commit();
    assert.equal(await resolveCommit(gitDirectory, 'topic', signal), topic);
    assert.equal(await resolveCommit(gitDirectory, `${main.slice(0, 10)}~1`, signal), first);
    assert.equal(await mergeBase(gitDirectory, 'topic', 'main', signal), first);
    assert.equal(await defaultBranch(gitDirectory, signal), 'refs/heads/main');
    for (const name of ['none', '--all', '', 'f'.repeat(40), 'main\nmain', 'main:a', '--output=x'])
      await assert.rejects(resolveCommit(gitDirectory, name, signal), { code: 'source.unknown_commit' }, name);
  });
});
