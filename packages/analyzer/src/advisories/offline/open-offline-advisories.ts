import { hash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { Check } from 'typebox/value';
import { AnalysisError } from '../../errors.ts';
import type { Advisory, AdvisorySource, PackageVersion } from '../advisory-source.ts';
import { ecosystemOf } from '../ecosystems.ts';
import { matchPackage } from '../matching/match-package.ts';
import type { PackageRecord } from '../osv/advisory-record.ts';
import { BLOCK_LIMIT, blockOf, DatabaseHeader, FILE_MARK, FILE_SUFFIX, HEADER_LIMIT } from './database-format.ts';

interface Database {
  path: string;
  header: DatabaseHeader;
  /** Byte offsets in the database file at which its blocks begin. */
  starts: readonly number[];
}

/**
 * Opens the imported offline database; returns null if there is none. A database file that cannot be read is named in
 * `notes`, and its ecosystem is not covered.
 */
export async function openOfflineAdvisories(folder: string): Promise<AdvisorySource | null> {
  const databases = new Map<string, Database>();
  const notes: string[] = [];
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') notes.push(`Offline database: ${folder} cannot be read (${error.code}).`);
    return [];
  });
  for (const name of names.filter((one) => one.endsWith(FILE_SUFFIX)).sort()) {
    const database = await openDatabase(join(folder, name));
    if (database === null) notes.push(`Offline database: ${name} is damaged. Import it again.`);
    else databases.set(database.header.ecosystem, database);
  }
  if (databases.size === 0 && notes.length === 0) return null;
  const headers = [...databases.values()].map(({ header }) => header);
  return {
    key: `offline ${hash('sha256', headers.map(({ ecosystem, digest }) => `${ecosystem} ${digest}`).join('\n'))}`,
    notes: [...headers.map(describe), ...notes],
    covers: (ecosystem) => databases.has(ecosystemOf(ecosystem)?.name ?? ''),
    find: (packages, signal) => find(databases, packages, signal),
  };
}

const describe = ({ ecosystem, newest_modified, advisories }: DatabaseHeader): string =>
  `Offline database: ${ecosystem} of ${newest_modified.slice(0, 10)}, ${advisories.toLocaleString('en')} ${advisories === 1 ? 'advisory' : 'advisories'}`;

async function openDatabase(path: string): Promise<Database | null> {
  await using file = await open(path);
  const begin = Buffer.alloc(FILE_MARK.length + 4);
  await file.read(begin, 0, begin.length, 0);
  const length = begin.readUInt32LE(FILE_MARK.length);
  if (!begin.subarray(0, FILE_MARK.length).equals(FILE_MARK) || length > HEADER_LIMIT) return null;
  const text = Buffer.alloc(length);
  await file.read(text, 0, length, begin.length);
  const header = parseHeader(text);
  if (header === null) return null;
  const starts = [begin.length + length];
  for (const size of header.blocks) starts.push((starts.at(-1) ?? 0) + size);
  return (await file.stat()).size === starts.at(-1) ? { path, header, starts } : null;
}

function parseHeader(text: Buffer): DatabaseHeader | null {
  try {
    const header: unknown = JSON.parse(text.toString('utf8'));
    return Check(DatabaseHeader, header) ? header : null;
  } catch {
    // The header is not JSON: the caller reports the database as damaged.
    return null;
  }
}

async function find(
  databases: ReadonlyMap<string, Database>,
  packages: readonly PackageVersion[],
  signal: AbortSignal,
): Promise<Advisory[][]> {
  const found: Advisory[][] = packages.map(() => []);
  const lookups = new Map<Database, Map<number, { index: number; name: string }[]>>();
  for (const [index, { ecosystem, name }] of packages.entries()) {
    const supported = ecosystemOf(ecosystem);
    const database = databases.get(supported?.name ?? '');
    if (supported === undefined || database === undefined) continue;
    const normal = supported.normalName(name);
    const blocks = lookups.get(database) ?? new Map<number, { index: number; name: string }[]>();
    lookups.set(database, blocks);
    const block = blockOf(normal);
    blocks.set(block, [...(blocks.get(block) ?? []), { index, name: normal }]);
  }
  for (const [database, blocks] of lookups) {
    await using file = await open(database.path);
    for (const [block, packagesInBlock] of blocks) {
      signal.throwIfAborted();
      const size = database.header.blocks[block] ?? 0;
      if (size === 0) continue;
      const packed = Buffer.alloc(size);
      const { bytesRead } = await file.read(packed, 0, size, database.starts[block]);
      const text = bytesRead === size ? await unpack(packed) : null;
      if (text === null) throw damaged(database);
      for (const { index, name } of packagesInBlock) {
        const requested = packages[index];
        const supported = requested === undefined ? undefined : ecosystemOf(requested.ecosystem);
        const records = recordsOf(text, name);
        if (requested === undefined || supported === undefined || records === null) continue;
        found[index] = matchPackage(supported, requested.version, records);
      }
    }
  }
  return found;
}

/** Returns null for a block that cannot be unpacked; the caller reports the database as damaged. */
const unpack = (packed: Buffer): Promise<Buffer | null> =>
  promisify(zstdDecompress)(packed, { maxOutputLength: BLOCK_LIMIT }).catch(() => null);

function recordsOf(block: Buffer, name: string): PackageRecord[] | null {
  const key = `\n${JSON.stringify(name)}\t`;
  const start = block.indexOf(key);
  if (start < 0) return null;
  const begin = start + Buffer.byteLength(key);
  const end = block.indexOf('\n', begin);
  return JSON.parse(block.toString('utf8', begin, end < 0 ? undefined : end));
}

function damaged({ header }: Database): AnalysisError {
  return new AnalysisError('advisories.damaged', `The offline database of ${header.ecosystem} is damaged.`, {
    hint: 'Import it again: commandcenter advisories import <zip>.',
  });
}
