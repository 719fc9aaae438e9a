import { hash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';

/** Maximum number of cached records, of about 3 KB each. */
const MAX_RECORDS = 10_000;
const MAX_RECORD_BYTES = 32 * 1024 ** 2;

/** A cache of fetched records. The modification time is part of the key, so that an entry is never out of date. */
export interface RecordCache {
  get(id: string, modified: string): Promise<unknown>;
  set(id: string, modified: string, record: unknown): Promise<void>;
  /** Deletes the oldest cached records if there are more than the maximum. */
  trim(): Promise<void>;
}

/** Opens the cache. It ignores errors, because a lost entry is only fetched again. */
export function openRecordCache(folder: string, maxRecords = MAX_RECORDS): RecordCache {
  const pathOf = (id: string, modified: string): string =>
    join(folder, `${hash('sha256', `${id}\n${modified}`).slice(0, 40)}.json.zst`);
  return {
    async get(id, modified) {
      try {
        const bytes = await readFile(pathOf(id, modified));
        const text = await promisify(zstdDecompress)(bytes, { maxOutputLength: MAX_RECORD_BYTES });
        return JSON.parse(text.toString('utf8'));
      } catch {
        return undefined;
      }
    },
    async set(id, modified, record) {
      const path = pathOf(id, modified);
      const temporaryPath = `${path}.${randomUUID()}`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(temporaryPath, await promisify(zstdCompress)(JSON.stringify(record)), { mode: 0o600 });
        await rename(temporaryPath, path);
      } catch {
        await rm(temporaryPath, { force: true }).catch(() => undefined);
      }
    },
    async trim() {
      const names = await readdir(folder).catch(() => []);
      if (names.length <= maxRecords) return;
      const files: { path: string; time: number }[] = [];
      for (const path of names.map((name) => join(folder, name))) {
        const found = await stat(path).catch(() => undefined);
        if (found !== undefined) files.push({ path, time: found.mtimeMs });
      }
      files.sort((a, b) => a.time - b.time);
      for (const { path } of files.slice(0, files.length - maxRecords))
        await rm(path, { force: true }).catch(() => undefined);
    },
  };
}
