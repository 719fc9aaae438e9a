import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import type { PackageRecord } from '../osv/advisory-record.ts';
import { BLOCKS, type DatabaseHeader, FILE_MARK, fileName } from './database-format.ts';
import { timeOf } from './record-collector.ts';

const SMALL = { params: { [constants.ZSTD_c_compressionLevel]: 9 } };

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
  { ecosystem, importedAt, source, packagesOf }: DatabaseContents,
  signal: AbortSignal,
): Promise<DatabaseHeader> {
  const blocks: Buffer[] = [];
  const ids = new Set<string>();
  let packages = 0;
  let newest = '';
  for (let block = 0; block < BLOCKS; block += 1) {
    signal.throwIfAborted();
    const byName = packagesOf(block);
    const lines = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, records]) => toLine(name, records));
    packages += byName.size;
    for (const { id, modified } of [...byName.values()].flat()) {
      ids.add(id);
      if (newest === '' || timeOf(modified) > timeOf(newest)) newest = modified;
    }
    blocks.push(lines.length === 0 ? Buffer.alloc(0) : await promisify(zstdCompress)(lines.join(''), SMALL));
  }
  const digest = createHash('sha256');
  for (const block of blocks) digest.update(block);
  const header: DatabaseHeader = {
    ecosystem,
    imported_at: importedAt,
    newest_modified: newest,
    advisories: ids.size,
    packages,
    source,
    digest: digest.digest('hex'),
    blocks: blocks.map(({ length }) => length),
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const path = join(folder, fileName(ecosystem));
  const temporaryPath = `${path}.${randomUUID()}`;
  try {
    await using file = await open(temporaryPath, 'wx', 0o600);
    await file.writev([FILE_MARK, length, text, ...blocks]);
    await file.sync();
    await rename(temporaryPath, path);
  } catch (error) {
    await rm(temporaryPath, { force: true });
    throw error;
  }
  return header;
}

/**
 * Each line begins with a line break, so that searching for the break, the name and the tab finds the name and never a
 * part of a record.
 */
const toLine = (name: string, records: readonly PackageRecord[]): string =>
  `\n${JSON.stringify(name)}\t${JSON.stringify(records)}`;
