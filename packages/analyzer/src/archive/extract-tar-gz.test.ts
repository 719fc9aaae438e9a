import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { extractTarGz } from './extract-tar-gz.ts';
import { type HeaderArgument, pack } from './testing/tar.ts';

const MIB = 1024 ** 2;
const { signal } = new AbortController();

describe('extractTarGz', () => {
  let target: string;
  beforeEach(async () => {
    target = await mkdtemp(join(tmpdir(), 'extract-'));
  });
  afterEach(() => rm(target, { recursive: true }));
  const archive = async (entries: readonly [header: HeaderArgument, content?: string | Buffer][]): Promise<Buffer> =>
    gzipSync(await pack(entries));
  const unpack = (bytes: Buffer, limits?: Parameters<typeof extractTarGz>[2]['limits']) =>
    extractTarGz(Readable.from([bytes]), target, { signal, ...(limits === undefined ? {} : { limits }) });
  const names = async (): Promise<string[]> =>
    (await readdir(target, { recursive: true, withFileTypes: true }))
      .filter((one) => !one.isDirectory())
      .map((one) => one.name)
      .sort();

  it('writes files that only this user can read', async () => {
    const long = `head/${'folder/'.repeat(40)}ünï.ts`;
    const { files, skippedPaths } = await unpack(
      await archive([
        [{ name: './', type: 'directory' }],
        [{ name: './head/', type: 'directory' }],
        [{ name: './head/a.ts', mode: 0o4777 }, 'a'],
        [{ name: 'head/empty' }, ''],
        [{ name: long }, 'deep'],
        [{ name: 'base/large' }, Buffer.alloc(300_000, 'x')],
      ]),
    );
    assert.deepEqual(skippedPaths, []);
    assert.deepEqual(files, [
      { path: 'head/a.ts', size: 1 },
      { path: 'head/empty', size: 0 },
      { path: long, size: 4 },
      { path: 'base/large', size: 300_000 },
    ]);
    assert.equal(await readFile(join(target, long), 'utf8'), 'deep');
    assert.equal((await readFile(join(target, 'base/large'))).length, 300_000);
    assert.equal((await stat(join(target, 'head/a.ts'))).mode & 0o7777, 0o600);
  });

  it('never writes outside of the folder, over a file, or through a link', async () => {
    const { files, skippedPaths } = await unpack(
      await archive([
        [{ name: 'head/link', type: 'symlink', linkname: '/etc' }],
        [{ name: 'head/link/passwd' }, 'x'],
        [{ name: 'head/hard', type: 'link', linkname: '/etc/passwd' }],
        [{ name: 'head/device', type: 'character-device', devmajor: 1, devminor: 1 }],
        [{ name: 'head/pipe', type: 'fifo' }],
        [{ name: '../up' }, 'x'],
        [{ name: '/absolute' }, 'x'],
        [{ name: 'head/../../up' }, 'x'],
        [{ name: 'head/.git/config' }, 'x'],
        [{ name: 'head/twice' }, 'first'],
        [{ name: 'head/twice' }, 'second'],
        [{ name: 'head/twice/in' }, 'x'],
      ]),
    );
    assert.deepEqual(
      files.map(({ path }) => path),
      ['head/link/passwd', 'head/twice'],
    );
    assert.deepEqual(await names(), ['passwd', 'twice']);
    assert.equal(await readFile(join(target, 'head/twice'), 'utf8'), 'first');
    assert.deepEqual(Object.fromEntries(skippedPaths.map((one) => [one.reason, one.files])), {
      'links are not followed': 2,
      'not a regular file': 2,
      'its path is not allowed': 4,
      'another entry has its name': 2,
    });
  });

  it('limits the number and size of files', async () => {
    const limits = { files: 2, totalSize: 10, fileSize: 8 };
    const two = await archive([
      [{ name: 'a' }, '12345'],
      [{ name: 'b' }, '12345'],
      [{ name: 'large' }, '123456789'],
    ]);
    assert.deepEqual((await unpack(two, limits)).skippedPaths, [
      { reason: 'larger than 8 bytes', files: 1, examples: ['large'] },
    ]);
    await rm(target, { recursive: true });
    target = await mkdtemp(join(tmpdir(), 'extract-'));
    const three = await archive([
      [{ name: 'a' }, '1'],
      [{ name: 'b' }, '1'],
      [{ name: 'c' }, '1'],
    ]);
    await assert.rejects(unpack(three, limits), { code: 'source.too_many_files' });
    const large = await archive([
      [{ name: 'd' }, '12345678'],
      [{ name: 'e' }, '12345678'],
    ]);
    await assert.rejects(unpack(large, limits), { code: 'source.too_large' });
    const folders = await archive(
      Array.from({ length: 20 }, (_, n) => [{ name: `f${n}/`, type: 'directory' as const }]),
    );
    await assert.rejects(unpack(folders, limits), { code: 'source.too_many_files' });
  });

  it('limits the ratio of unpacked to packed bytes', async () => {
    // A gzip file may consist of several members.
    const mebibyte = gzipSync(Buffer.alloc(MIB), { level: 9 });
    const bomb = Buffer.concat(Array.from({ length: 200 }, () => mebibyte));
    assert.ok(bomb.length < MIB);
    await assert.rejects(unpack(bomb), { code: 'source.bad_archive' });
  });

  it('rejects a file that is not an archive or is truncated', async () => {
    const whole = await archive([
      [{ name: 'head/a' }, Buffer.from(Array.from({ length: 50_000 }, () => Math.floor(Math.random() * 256)))],
    ]);
    const tar = await pack([[{ name: 'head/a' }, 'x'.repeat(5000)]]);
    for (const [what, bytes] of Object.entries({
      nothing: Buffer.alloc(0),
      text: Buffer.from('this is no archive'),
      'tar that is not compressed': tar,
      'half of it': whole.subarray(0, whole.length / 2),
      'half of the tar, whole gzip': gzipSync(tar.subarray(0, 2000)),
      'no tar in it': gzipSync(Buffer.alloc(2048, 'x')),
    })) {
      await rm(target, { recursive: true });
      target = await mkdtemp(join(tmpdir(), 'extract-'));
      await assert.rejects(unpack(bytes), { code: 'source.bad_archive' }, what);
    }
  });

  it('stops if it is canceled', async () => {
    const cancel = new AbortController();
    const never = new Readable({ read: () => undefined });
    const extracting = extractTarGz(never, target, { signal: cancel.signal });
    cancel.abort(new Error('cancelled'));
    await assert.rejects(extracting, /cancelled/);
  });
});
