import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFile, tryLockFile } from './file-lock.ts';
import { type Mirror, packedSize, prepareMirror, REMOVED_MARK, removeMirror } from './mirror.ts';

/** Mirrors that are kept between analyses. Several processes may use the same folder. */
export interface MirrorCache {
  /**
   * Calls `work` with the mirror of a name, which is not removed until `work` is done. The name must identify the
   * address and who may access it.
   */
  use<T>(name: string, work: (mirror: Mirror) => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface MirrorCacheOptions {
  /** Private folder that contains the mirrors. */
  folder: string;
  /** Maximum size of all mirrors in bytes; default 5 GiB. The least recently used ones are removed first. */
  sizeLimit?: number;
}

const SIZE_LIMIT = 5 * 1024 ** 3;
/**
 * Each fetch adds a pack, and git searches all of them. A mirror with more packs is removed and fetched again, which is
 * faster than repacking.
 */
const MAX_PACKS = 100;

/**
 * Each mirror has, next to its folder `<key>.git`, three files: `<key>.use`, locked shared by readers and exclusively
 * by whoever removes it; `<key>.write`, locked by whoever fetches; and `<key>.used`, whose modification time is the
 * last use.
 */
export function createMirrorCache({ folder, sizeLimit = SIZE_LIMIT }: MirrorCacheOptions): MirrorCache {
  const pathOf = (key: string, kind: 'git' | 'use' | 'write' | 'used'): string => join(folder, `${key}.${kind}`);

  const trim = async (): Promise<void> => {
    for (const name of await readdir(folder)) {
      // A folder with this mark is left over from a process that was killed while removing a mirror.
      if (name.includes(REMOVED_MARK)) await rm(join(folder, name), { recursive: true, force: true });
    }
    const mirrors = await Promise.all(
      (await mirrorKeys(folder)).map(async (key) => {
        // A mirror without this file was never used, and is the first to go.
        const used = await stat(pathOf(key, 'used')).catch(() => undefined);
        return { key, usedAt: used?.mtimeMs ?? 0, ...(await packedSize(pathOf(key, 'git'))) };
      }),
    );
    mirrors.sort((a, b) => a.usedAt - b.usedAt);
    let total = mirrors.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { key, bytes, packs } of mirrors) {
      if (total <= sizeLimit && packs <= MAX_PACKS) continue;
      using lock = tryLockFile(pathOf(key, 'use'), 'exclusive');
      // A mirror that is in use is removed another time.
      if (lock === undefined) continue;
      await removeMirror(pathOf(key, 'git'));
      await rm(pathOf(key, 'used'), { force: true });
      total -= bytes;
    }
  };

  return {
    async use(name, work, signal) {
      const key = createHash('sha256').update(name).digest('hex').slice(0, 32);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const exclusively: Mirror['exclusively'] = async (write, whileSignal) => {
        using _writing = await lockFile(pathOf(key, 'write'), 'exclusive', whileSignal);
        return await write();
      };
      // Remove old mirrors before the work, so that an error in doing so does not lose the result of the work.
      await trim();
      using _using = await lockFile(pathOf(key, 'use'), 'shared', signal);
      const gitDirectory = pathOf(key, 'git');
      await exclusively(() => prepareMirror(gitDirectory, signal), signal);
      await touch(pathOf(key, 'used'));
      return await work({ gitDirectory, exclusively });
    },
  };
}

async function mirrorKeys(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.git')).map((name) => name.slice(0, -'.git'.length));
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => writeFile(path, ''));
}
