import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFile, tryLockFile } from './file-lock.ts';
import { type Mirror, packedSize, prepareMirror, REMOVED, removeMirror } from './mirror.ts';

/** Mirrors kept from one analysis to the next. Any number of processes may use the same folder. */
export interface MirrorCache {
  /** Gives the mirror of this key to `work`; it stays until that is done. A key stands for an address and for who may see it. */
  use<T>(name: string, work: (mirror: Mirror) => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface MirrorCacheOptions {
  /** Private. */
  folder: string;
  /** Bytes of all mirrors; default 5 GiB. Those used longest ago go first. */
  sizeLimit?: number;
}

const SIZE_LIMIT = 5 * 1024 ** 3;
/** Each fetch adds one, and git looks into all: one mirror is then fetched anew instead of being packed for minutes. */
const MOST_PACKS = 100;

/**
 * Of each mirror there are, beside its folder `<key>.git`: `<key>.use`, locked (shared) by who reads it, and alone by who removes it;
 * `<key>.write`, locked by who fetches into it; and `<key>.used`, whose time tells when it was used last.
 */
export function createMirrorCache({ folder, sizeLimit = SIZE_LIMIT }: MirrorCacheOptions): MirrorCache {
  const pathOf = (key: string, kind: 'git' | 'use' | 'write' | 'used'): string => join(folder, `${key}.${kind}`);

  const trim = async (): Promise<void> => {
    for (const name of await readdir(folder)) {
      // Left by a process that died while it removed it.
      if (name.includes(REMOVED)) await rm(join(folder, name), { recursive: true, force: true });
    }
    const mirrors = await Promise.all(
      (await mirrorKeys(folder)).map(async (key) => {
        const used = await stat(pathOf(key, 'used')).catch(() => undefined);
        return { key, usedAt: used?.mtimeMs ?? 0, ...(await packedSize(pathOf(key, 'git'))) };
      }),
    );
    mirrors.sort((a, b) => a.usedAt - b.usedAt);
    let total = mirrors.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { key, bytes, packs } of mirrors) {
      if (total <= sizeLimit && packs <= MOST_PACKS) continue;
      using lock = tryLockFile(pathOf(key, 'use'), 'exclusive');
      // In use: there will be another time.
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
      // Before and not after: a cache that cannot be trimmed costs nobody a result.
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
