import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { treeLimits } from '../tree/tree-limits.ts';
import { createTestRepository, type TestRepository } from './testing/repository.ts';
import { type WriteTreeOptions, writeTree } from './write-tree.ts';

describe('writeTree', () => {
  let repository: TestRepository;
  let target: string;
  beforeEach(async () => {
    repository = await createTestRepository();
    target = await mkdtemp(join(tmpdir(), 'write-tree-'));
  });
  afterEach(async () => {
    await repository.remove();
    await rm(target, { recursive: true });
  });
  const write = (commit: string, options: Partial<WriteTreeOptions> = {}) =>
    writeTree({
      gitDirectory: repository.gitDirectory,
      commit,
      target,
      signal: new AbortController().signal,
      ...options,
    });
  const names = async (): Promise<string[]> =>
    (await readdir(target, { recursive: true, withFileTypes: true }))
      .filter((one) => !one.isDirectory())
      .map((one) => one.name)
      .sort();
  const reasons = ({ skippedPaths }: Awaited<ReturnType<typeof write>>): Record<string, number> =>
    Object.fromEntries(skippedPaths.map(({ reason, files }) => [reason, files]));

  it('writes files unchanged, of any size, for this user only', async () => {
    const contents: Record<string, Buffer> = {
      empty: Buffer.alloc(0),
      'with space/ünï\ncode.ts': Buffer.from('x\n'),
      'no-line-end': Buffer.from('a'),
      'large.bin': Buffer.alloc(300_000, 'blob 1234\n'),
      [`${'d/'.repeat(40)}deep.txt`]: Buffer.from('deep'),
    };
    for (const [path, bytes] of Object.entries(contents)) await repository.write(path, bytes);
    const written = await write(repository.commit());
    assert.deepEqual(written.skippedPaths, []);
    assert.deepEqual(written.files.map(({ path }) => path).sort(), Object.keys(contents).sort());
    for (const [path, bytes] of Object.entries(contents)) {
      assert.deepEqual(await readFile(join(target, path)), bytes, path);
      assert.equal((await stat(join(target, path))).mode & 0o777, 0o600);
    }
    assert.equal(
      written.files.find(({ path }) => path === 'no-line-end')?.blob,
      repository.git('rev-parse', 'HEAD:no-line-end'),
    );
  });

  it('writes only the given folder', async () => {
    for (const path of ['a.ts', 'web/b.ts', 'web/c/d.ts']) await repository.write(path, path);
    const { files } = await write(repository.commit(), { folder: 'web' });
    assert.deepEqual(
      files.map(({ path }) => path),
      ['b.ts', 'c/d.ts'],
    );
    assert.equal(await readFile(join(target, 'c/d.ts'), 'utf8'), 'web/c/d.ts');
  });

  it('skips links, submodules and names with special meanings', async () => {
    const file = { mode: '100644', content: 'x' };
    const written = await write(
      repository.commitEntries([
        { ...file, path: 'fine.ts' },
        { mode: '120000', path: 'link', content: '/etc/passwd' },
        { mode: '160000', path: 'module', content: '1'.repeat(40) },
        { ...file, path: '../up.ts' },
        { ...file, path: '.git/hooks/post-checkout' },
        { ...file, path: 'a/.GIT/config' },
        { ...file, path: 'git~1/config' },
        { ...file, path: '.git. /config' },
        { ...file, path: '.g\u200cit/config' },
        { ...file, path: 'a\\b.ts' },
        { ...file, path: Buffer.from([0x61, 0xff]) },
        { ...file, path: `${'n'.repeat(300)}.ts` },
        { ...file, path: 'digit~1' },
      ]),
    );
    assert.deepEqual(
      written.files.map(({ path }) => path),
      ['fine.ts', 'digit~1'],
    );
    assert.deepEqual(await names(), ['digit~1', 'fine.ts']);
    assert.deepEqual(reasons(written), {
      'symbolic links are not followed': 1,
      'submodules are not fetched': 1,
      'its path is not allowed': 7,
      'its name is not UTF-8': 1,
      'its path is too long': 1,
    });
  });

  it('writes through no link if a tree has a name twice', async () => {
    await mkdir(join(target, 'tree'));
    const commit = repository.commitEntries([
      { mode: '120000', path: 'a', content: '../' },
      { mode: '100644', path: 'a/b.ts', content: 'x' },
      { mode: '100644', path: 'c', content: 'first' },
      { mode: '100644', path: 'c', content: 'second' },
      { mode: '100644', path: 'c/d.ts', content: 'x' },
    ]);
    const written = await write(commit, { target: join(target, 'tree') });
    assert.deepEqual(await names(), ['b.ts', 'c']);
    assert.deepEqual(reasons(written), { 'symbolic links are not followed': 1, 'another entry has its name': 2 });
    assert.equal(await readFile(join(target, 'tree/c'), 'utf8'), 'first');
  });

  it("runs no program from the repository's configuration", async () => {
    const touched = join(target, 'touched');
    const evil = `touch ${touched}; cat`;
    await repository.write('.gitattributes', '* filter=evil diff=evil text eol=crlf\n');
    await repository.write('a.txt', 'a\nb\n');
    const commit = repository.commit();
    for (const setting of [
      'filter.evil.smudge',
      'filter.evil.clean',
      'filter.evil.process',
      'diff.evil.textconv',
      'diff.external',
      'core.fsmonitor',
      'core.sshCommand',
      'core.pager',
    ])
      repository.git('config', setting, evil);
    await mkdir(join(target, 'tree'));
    await write(commit, { target: join(target, 'tree') });
    assert.equal(await readFile(join(target, 'tree/a.txt'), 'utf8'), 'a\nb\n');
    assert.deepEqual(await readdir(target), ['tree']);
  });

  it('skips pointers of Git LFS', async () => {
    await repository.write(
      'model.bin',
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`,
    );
    await repository.write('docs.md', 'version https://git-lfs.github.com/spec/v2\n');
    const written = await write(repository.commit());
    assert.deepEqual(await names(), ['docs.md']);
    assert.deepEqual(reasons(written), { 'kept in Git LFS, which is not fetched': 1 });
  });

  it('limits the number and size of files and skips large ones', async () => {
    for (const name of ['a', 'b', 'c']) await repository.write(name, `${name}2345`);
    await repository.write('large', 'x'.repeat(100));
    const commit = repository.commit();
    const limits = { ...treeLimits, fileSize: 99 };
    await assert.rejects(write(commit, { limits: { ...limits, files: 2 } }), { code: 'source.too_many_files' });
    await assert.rejects(write(commit, { limits: { ...limits, totalSize: 14 } }), { code: 'source.too_large' });
    assert.deepEqual(await names(), []);
    const written = await write(commit, { limits: { ...limits, totalSize: 15 } });
    assert.deepEqual(await names(), ['a', 'b', 'c']);
    assert.deepEqual(reasons(written), { 'larger than 99 bytes': 1 });
  });

  it('shares equal files with a tree that was written before', async () => {
    for (const name of ['a', 'b']) await repository.write(name, name.repeat(2000));
    const base = repository.commit();
    await repository.write('b', 'changed');
    await repository.write('moved/a', 'a'.repeat(2000));
    const head = repository.commit();
    for (const folder of ['head', 'base']) await mkdir(join(target, folder));
    const { files } = await write(head, { target: join(target, 'head') });
    await write(base, { target: join(target, 'base'), reuse: { folder: join(target, 'head'), files } });
    assert.equal(await readFile(join(target, 'base/a'), 'utf8'), 'a'.repeat(2000));
    assert.equal(await readFile(join(target, 'base/b'), 'utf8'), 'b'.repeat(2000));
    const inode = async (path: string): Promise<number> => (await stat(join(target, path))).ino;
    assert.ok([await inode('head/a'), await inode('head/moved/a')].includes(await inode('base/a')));
    assert.notEqual(await inode('base/b'), await inode('head/b'));
  });

  it('throws if objects are missing, and stops if it is canceled', async () => {
    await repository.write('a', 'only here');
    const commit = repository.commit();
    const blob = repository.git('rev-parse', 'HEAD:a');
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    await assert.rejects(write(commit, { signal: cancelled }), /cancelled/);
    await rm(join(repository.gitDirectory, 'objects', blob.slice(0, 2), blob.slice(2)));
    await assert.rejects(write(commit), { name: 'AnalysisError' });
    await assert.rejects(write('1'.repeat(40)), { code: 'source.git_failed' });
  });
});
