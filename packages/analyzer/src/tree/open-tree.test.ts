import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AnalysisError, FileTooLargeError } from '../errors.ts';
import { openTree } from './open-tree.ts';

describe('openTree', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'tree-'));
  });
  afterEach(() => rm(root, { recursive: true }));
  const write = async (path: string, text = 'x'): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };

  it('lists every regular file, sorted, without folders of package managers and version control', async () => {
    for (const path of ['b/c.ts', 'a.ts', '.git/config', 'node_modules/x/index.js', 'web/node_modules/y.js', '.hidden'])
      await write(path);
    const tree = await openTree(root);
    assert.deepEqual(
      tree.files.map(({ path }) => path),
      ['.hidden', 'a.ts', 'b/c.ts'],
    );
    assert.equal(tree.get('a.ts')?.size, 1);
    assert.equal(tree.skippedPaths[0]?.files, 3);
  });

  it('follows no link, neither as a file or folder nor within a path', async () => {
    await write('real/a.ts');
    await symlink('/etc/hostname', join(root, 'file'));
    await symlink('/etc', join(root, 'folder'));
    const walked = await openTree(root);
    assert.deepEqual(
      walked.files.map(({ path }) => path),
      ['real/a.ts'],
    );
    const listed = await openTree(root, { paths: ['real/a.ts', 'folder/hostname', 'file', 'gone.ts'] });
    assert.deepEqual(
      listed.files.map(({ path }) => path),
      ['real/a.ts'],
    );
    for (const path of ['file', 'folder/hostname', '../etc/hostname', '/etc/hostname', 'real', 'real/../file']) {
      await assert.rejects(walked.read(path), AnalysisError, path);
    }
    assert.equal(String(await walked.read('real/a.ts')), 'x');
  });

  it('does not hang on a pipe and reads no more than its limit', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await write('large.txt', 'x'.repeat(100));
    const tree = await openTree(root);
    assert.deepEqual(
      tree.files.map(({ path }) => path),
      ['large.txt'],
    );
    await assert.rejects(tree.read('pipe'), AnalysisError);
    await assert.rejects(tree.read('large.txt', 99), FileTooLargeError);
    assert.equal((await tree.read('large.txt', 100)).length, 100);
  });

  it('reports which limit a repository exceeds', async () => {
    for (const path of ['a', 'b', 'c']) await write(path, '12345');
    await assert.rejects(openTree(root, { limits: { files: 2, totalSize: 100 } }), { code: 'source.too_many_files' });
    await assert.rejects(openTree(root, { limits: { files: 3, totalSize: 14 } }), { code: 'source.too_large' });
    assert.equal((await openTree(root, { limits: { files: 3, totalSize: 15 } })).files.length, 3);
    await assert.rejects(openTree(join(root, 'none')), { code: 'source.not_found' });
  });

  it('skips names that are not UTF-8', async () => {
    const name = Buffer.from([0x61, 0xff, 0x2e, 0x74, 0x73]);
    await writeFile(Buffer.concat([Buffer.from(`${root}/`), name]), 'x');
    await write('ok.ts');
    const tree = await openTree(root);
    assert.deepEqual(
      tree.files.map(({ path }) => path),
      ['ok.ts'],
    );
    assert.match(tree.skippedPaths[0]?.reason ?? '', /not UTF-8/);
  });
});
