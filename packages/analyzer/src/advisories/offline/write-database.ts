import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { constants, zstdCompressSync } from 'node:zlib';
import type { PackageRecord } from '../osv/advisory-record.ts';
import { BLOCKS, type DatabaseHeader, FORMER_SUFFIX, fileName, SCHEMA } from './database-format.ts';
import { timeOf } from './record-collector.ts';

/** The checksum makes a damaged block an error instead of other records. */
const PACKING = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
/** Number of blocks to write before yielding to the event loop. */
const YIELD_AFTER = 32;

export interface DatabaseContents {
  ecosystem: string;
  /** Time of the import as in RFC 3339. */
  importedAt: string;
  /** Name of the file or folder from which the advisories were imported. */
  source: string;
  packagesOf(block: number): ReadonlyMap<string, readonly PackageRecord[]>;
}

/**
 * Writes the database of one ecosystem to a temporary file and renames it when it is complete, so that readers never
 * see a partial one.
 */
export async function writeDatabase(
  folder: string,
  contents: DatabaseContents,
  signal: AbortSignal,
): Promise<DatabaseHeader> {
  const path = join(folder, fileName(contents.ecosystem));
  const temporaryPath = `${path}.${randomUUID()}`;
  try {
    // SQLite would create a file that other users of the machine can read.
    await using file = await open(temporaryPath, 'wx', 0o600);
    const header = await fill(temporaryPath, contents, signal);
    await file.sync();
    await rename(temporaryPath, path);
    await rm(join(folder, fileName(contents.ecosystem, FORMER_SUFFIX)), { force: true });
    return header;
  } catch (error) {
    await rm(temporaryPath, { force: true });
    throw error;
  }
}

async function fill(
  path: string,
  { ecosystem, importedAt, source, packagesOf }: DatabaseContents,
  signal: AbortSignal,
): Promise<DatabaseHeader> {
  using database = new DatabaseSync(path);
  // A file that is not complete is deleted, so it needs neither a journal nor a sync after each write.
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN; ${SCHEMA}`);
  const insert = database.prepare('INSERT INTO blocks (block, packed) VALUES (?, ?)');
  const digest = createHash('sha256');
  const ids = new Set<string>();
  let packages = 0;
  let newest = '';
  for (let block = 0; block < BLOCKS; block += 1) {
    if (block % YIELD_AFTER === 0) await setImmediate();
    signal.throwIfAborted();
    const byName = packagesOf(block);
    if (byName.size === 0) continue;
    const lines = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, records]) => toLine(name, records));
    packages += byName.size;
    for (const { id, modified } of [...byName.values()].flat()) {
      ids.add(id);
      if (newest === '' || timeOf(modified) > timeOf(newest)) newest = modified;
    }
    const packed = zstdCompressSync(lines.join(''), PACKING);
    digest.update(packed);
    insert.run(block, packed);
  }
  const header: DatabaseHeader = {
    ecosystem,
    imported_at: importedAt,
    newest_modified: newest,
    advisories: ids.size,
    packages,
    source,
    digest: digest.digest('hex'),
  };
  database
    .prepare(
      `INSERT INTO header (ecosystem, imported_at, newest_modified, advisories, packages, source, digest)
       VALUES (:ecosystem, :imported_at, :newest_modified, :advisories, :packages, :source, :digest)`,
    )
    .run(header);
  database.exec('COMMIT');
  return header;
}

/**
 * Each line begins with a line break, so that searching for the break, the name and the tab finds the name and never a
 * part of a record.
 */
const toLine = (name: string, records: readonly PackageRecord[]): string =>
  `\n${JSON.stringify(name)}\t${JSON.stringify(records)}`;
