import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { isDamage, openCacheFile, removeCacheFile } from '../../cache-file.ts';

/** Maximum number of cached records, of about 3 KB each. */
const MAX_RECORDS = 10_000;
const MAX_RECORD_BYTES = 32 * 1024 ** 2;
/** Number of records that are written in one transaction. */
const BATCH_SIZE = 500;
/** The checksum makes a damaged record an error instead of another record. */
const PACKING = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (
    id TEXT, modified TEXT, stored_at INTEGER NOT NULL, packed BLOB NOT NULL, PRIMARY KEY (id, modified)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS records_by_age ON records (stored_at);
`;

/** A cache of fetched records. The modification time is part of the key, so that an entry is never out of date. */
export interface RecordCache extends Disposable {
  get(id: string, modified: string): unknown;
  /** Writes the record with others: at the latest when the cache is disposed of. */
  set(id: string, modified: string, record: unknown): void;
}

export interface RecordCacheOptions {
  now: Date;
  maxRecords?: number;
}

/**
 * Opens the cache; disposing of it deletes the oldest entries if there are too many. It ignores errors, because a lost
 * entry is only fetched again.
 * @param folder private folder
 */
export function openRecordCache(folder: string, { now, maxRecords = MAX_RECORDS }: RecordCacheOptions): RecordCache {
  const path = join(folder, 'osv-records.sqlite');
  let file: DatabaseSync | null = null;
  /** Does without the cache from the first error on, and without its file if that is damaged. */
  const attempt = <Result>(use: (file: DatabaseSync) => Result): Result | undefined => {
    if (file === null) return undefined;
    try {
      return use(file);
    } catch (error) {
      file.close();
      file = null;
      if (isDamage(error)) removeCacheFile(path);
      return undefined;
    }
  };
  try {
    // Earlier versions kept one file per record here.
    rmSync(join(folder, 'osv-records'), { recursive: true, force: true });
    file = openCacheFile(path, SCHEMA);
  } catch {
    // The folder cannot be written, or another process blocks the file.
  }
  const select = attempt((one) => one.prepare('SELECT packed FROM records WHERE id = ? AND modified = ?'));
  let pending: { id: string; modified: string; packed: Buffer }[] = [];
  const write = (): void => {
    const records = pending;
    pending = [];
    if (records.length === 0) return;
    attempt((one) => {
      one.exec('BEGIN IMMEDIATE');
      const insert = one.prepare(
        'INSERT OR REPLACE INTO records (id, modified, stored_at, packed) VALUES (?, ?, ?, ?)',
      );
      for (const { id, modified, packed } of records) insert.run(id, modified, now.getTime(), packed);
      one
        .prepare(
          `DELETE FROM records WHERE (id, modified) IN (
             SELECT id, modified FROM records ORDER BY stored_at LIMIT max(0, (SELECT count(*) FROM records) - ?)
           )`,
        )
        .run(maxRecords);
      one.exec('COMMIT');
    });
  };
  return {
    get: (id, modified) =>
      attempt(() => {
        const packed = select?.get(id, modified)?.packed;
        if (!(packed instanceof Uint8Array)) return undefined;
        return JSON.parse(zstdDecompressSync(packed, { maxOutputLength: MAX_RECORD_BYTES }).toString('utf8'));
      }),
    set(id, modified, record) {
      if (file === null) return;
      pending.push({ id, modified, packed: zstdCompressSync(JSON.stringify(record), PACKING) });
      if (pending.length >= BATCH_SIZE) write();
    },
    [Symbol.dispose]() {
      write();
      attempt((one) => one.close());
      file = null;
    },
  };
}
