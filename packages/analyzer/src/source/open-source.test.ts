import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pack } from '../archive/testing/tar.ts';
import type { Depth } from '../depth.ts';
import { openMirror } from '../git/mirror.ts';
import { namedCommit } from '../git/requested-commit.ts';
import { runGitLine } from '../git/run-git.ts';
import { createTestRepository, type TestRepository } from '../git/testing/repository.ts';
import { fetchSource } from './fetch-source.ts';
import { openFolder, repositoryNameOf } from './open-folder.ts';
import type { OpenedSource } from './opened-source.ts';
import { unpackSource } from './unpack-source.ts';

const { signal } = new AbortController();

describe('opening a source', () => {
  let origin: TestRepository;
  let first: string;
  let last: string;
  let folder: string;

  before(async () => {
    origin = await createTestRepository();
    await origin.write('same.txt', 'same in both');
    await origin.write('changed.txt', 'before');
    first = origin.commit();
    await origin.write('changed.txt', 'after');
    last = origin.commit();
    origin.git('branch', 'old', first);
  });
  after(() => origin.remove());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'source-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const fetch = async (base: string | undefined, depth: Depth = 'standard') => {
    const steps: [percent: number, step: string][] = [];
    const source = await fetchSource({
      mirror: await openMirror(join(folder, 'mirror.git'), signal),
      url: `file://${origin.folder}`,
      protocols: ['file'],
      head: {},
      base: base === undefined ? undefined : namedCommit(base),
      depth,
      folder,
      signal,
      onProgress: (percent, step) => steps.push([percent, step]),
    });
    return { ...source, steps };
  };
  const changedIn = ({ head, base }: OpenedSource): Promise<string[]> =>
    Promise.all([head, base ?? head].map(({ root }) => readFile(join(root, 'changed.txt'), 'utf8')));

  it('fetches and writes a head and a base that is named by its hash or as a branch', async () => {
    for (const name of [first, 'old']) {
      const { steps, ...source } = await fetch(name);
      assert.deepEqual([source.head.commit, source.base?.commit], [last, first]);
      assert.deepEqual(await changedIn(source), ['after', 'before']);
      assert.deepEqual(
        steps.filter(([, step]) => step.endsWith('the source')),
        [
          [0, 'Fetching the source'],
          [90, 'Writing the source'],
        ],
      );
      for (const tree of ['head', 'base']) await rm(join(folder, tree), { recursive: true });
    }
  });

  it('stores files that are equal in head and base once', async () => {
    const { head, base } = await fetch(first);
    const [one, other] = await Promise.all([head, base].map((source) => stat(join(source?.root ?? '', 'same.txt'))));
    assert.equal(one?.ino, other?.ino);
  });

  it('compares a commit with itself, which differs from comparing it with nothing', async () => {
    const { head, base } = await fetch('main');
    assert.deepEqual([base, base === head], [head, false]);
    assert.deepEqual((await readdir(folder)).sort(), ['head', 'mirror.git']);
    await rm(join(folder, 'head'), { recursive: true });
    assert.equal((await fetch(undefined)).base, null);
  });

  it('fetches history only for a comprehensive analysis', async () => {
    const count = async (): Promise<string> =>
      await runGitLine(['rev-list', '--count', last], { gitDirectory: join(folder, 'mirror.git'), signal });
    await fetch(undefined);
    assert.equal(await count(), '1');
    await rm(join(folder, 'head'), { recursive: true });
    await fetch(undefined, 'comprehensive');
    assert.equal(await count(), '2');
  });

  it('unpacks an archive with the folders head and base, or with the head alone', async () => {
    const unpack = async (names: string[], name: string) => {
      const archive = gzipSync(await pack(names.map((path) => [{ name: path }, path])));
      const inside = await mkdtemp(join(folder, name));
      return await unpackSource([archive] as unknown as AsyncIterable<Buffer>, {
        folder: inside,
        commits: { head: last, base: first },
        signal,
      });
    };
    const both = await unpack(['head/a.txt', 'base/a.txt'], 'both');
    assert.deepEqual(
      [both.head, both.base].map((source) => [basename(source?.root ?? ''), source?.commit]),
      [
        ['head', last],
        ['base', first],
      ],
    );
    const alone = await unpack(['a.txt', 'base/a.txt'], 'alone');
    assert.deepEqual([basename(alone.head.root), alone.base], ['source', null]);
  });

  it('opens a folder with its uncommitted changes, and compares it with the commit at which it left the base', async () => {
    const options = { folder, signal, onProgress: () => undefined };
    await origin.write('new.txt', 'not committed');
    const opened = await openFolder(origin.folder, { ...options, base: 'old' });
    await rm(join(origin.folder, 'new.txt'));
    assert.ok(opened.head.paths?.includes('new.txt'));
    assert.deepEqual([opened.head.commit, opened.base?.commit], [last, first]);
    assert.equal(opened.repository, basename(origin.folder));
    assert.deepEqual(await changedIn(opened), ['after', 'before']);
    await assert.rejects(openFolder(folder, { ...options, base: 'old' }), { code: 'source.not_a_repository' });
  });

  it('names a repository by the last two parts of its address', () => {
    for (const address of ['https://host/owner/name.git', 'git@host:owner/name', 'https://host/owner/name/'])
      assert.equal(repositoryNameOf(address), 'owner/name');
  });
});
