import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { tryLockFile } from './file-lock.ts';
import { createMirrorCache } from './mirror-cache.ts';

const { signal } = new AbortController();

describe('createMirrorCache', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mirror-cache-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const mirrors = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.git'));
  const addPack = async (gitDirectory: string, bytes: number, name = 'pack-1.pack'): Promise<void> => {
    await mkdir(join(gitDirectory, 'objects/pack'), { recursive: true });
    await writeFile(join(gitDirectory, 'objects/pack', name), Buffer.alloc(bytes));
  };

  it('returns the same mirror for the same name', async () => {
    const cache = createMirrorCache({ folder });
    const first = await cache.use('https://example.org/a', async ({ gitDirectory }) => gitDirectory, signal);
    const other = await cache.use('https://example.org/b', async ({ gitDirectory }) => gitDirectory, signal);
    assert.equal(await cache.use('https://example.org/a', async ({ gitDirectory }) => gitDirectory, signal), first);
    assert.notEqual(other, first);
    assert.deepEqual((await mirrors()).map((name) => join(folder, name)).sort(), [first, other].sort());
  });

  it('removes the least recently used mirrors, but none in use', async () => {
    const cache = createMirrorCache({ folder, sizeLimit: 250 });
    const fill = async (url: string, age: number): Promise<string> => {
      const path = await cache.use(url, async ({ gitDirectory }) => gitDirectory, signal);
      await addPack(path, 100);
      const time = new Date(Date.now() - age * 1000);
      await utimes(path.replace(/git$/, 'used'), time, time);
      return path;
    };
    const oldest = await fill('oldest', 300);
    await cache.use(
      'oldest',
      async () => {
        await utimes(oldest.replace(/git$/, 'used'), new Date(0), new Date(0));
        await fill('older', 200);
        const old = await fill('old', 100);
        const newest = await cache.use('new', async ({ gitDirectory }) => gitDirectory, signal);
        assert.deepEqual((await mirrors()).map((name) => join(folder, name)).sort(), [oldest, old, newest].sort());
      },
      signal,
    );
  });

  it('replaces a mirror that has too many packs', async () => {
    const cache = createMirrorCache({ folder });
    const path = await cache.use('a', async ({ gitDirectory }) => gitDirectory, signal);
    for (let n = 0; n <= 100; n += 1) await addPack(path, 1, `pack-${n}.pack`);
    await cache.use('a', async () => undefined, signal);
    assert.deepEqual(await readdir(join(path, 'objects/pack')), []);
  });

  it('allows one writer at a time', async () => {
    const cache = createMirrorCache({ folder });
    let writing = 0;
    let most = 0;
    const write = () =>
      cache.use(
        'a',
        (mirror) =>
          mirror.exclusively(async () => {
            writing += 1;
            most = Math.max(most, writing);
            await new Promise((resolve) => setTimeout(resolve, 20));
            writing -= 1;
          }, signal),
        signal,
      );
    await Promise.all([write(), write(), write()]);
    assert.equal(most, 1);
  });

  it('respects locks of other processes until they end', async () => {
    const path = join(folder, 'lock');
    const holder = await holdLock(path, 'exclusive');
    assert.equal(tryLockFile(path, 'exclusive'), undefined);
    assert.equal(tryLockFile(path, 'shared'), undefined);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const lock = tryLockFile(path, 'shared');
    assert.ok(lock !== undefined);
    const reader = await holdLock(path, 'shared');
    assert.equal(tryLockFile(path, 'exclusive'), undefined);
    lock[Symbol.dispose]();
    reader.kill('SIGKILL');
    await once(reader, 'exit');
    tryLockFile(path, 'exclusive')?.[Symbol.dispose]();
    assert.throws(() => tryLockFile(join(folder, 'no-folder/lock'), 'shared'), { code: 'source.no_lock' });
  });

  async function holdLock(path: string, kind: string): Promise<ChildProcess> {
    const module = new URL('./file-lock.ts', import.meta.url).href;
    const script = `globalThis.held = (await import(${JSON.stringify(module)})).tryLockFile(${JSON.stringify(path)}, '${kind}'); console.log(held !== undefined); setInterval(() => {}, 1000)`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    assert.equal(said.toString().trim(), 'true');
    return child;
  }
});
