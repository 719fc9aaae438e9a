import { hash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { Check } from 'typebox/value';
import { AnalysisError } from '../../errors.ts';
import type { Advisory, AdvisorySource, PackageVersion } from '../advisory-source.ts';
import { ecosystemOf } from '../ecosystems.ts';
import { matchPackage } from '../matching/match-package.ts';
import type { PackageRecord } from '../osv/advisory-record.ts';
import { BLOCK_LIMIT, blockOf, DatabaseHeader, FILE_SUFFIX, FORMER_SUFFIX, openFile } from './database-format.ts';

/** Number of blocks to read before yielding to the event loop. */
const YIELD_AFTER = 64;

interface Database {
  path: string;
  header: DatabaseHeader;
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
  const former = names.filter((name) => name.endsWith(FORMER_SUFFIX)).sort();
  if (former.length > 0) {
    notes.push(
      `Offline database: ${former.join(', ')} is of an earlier version. Import it again: commandcenter advisories import <zip>.`,
    );
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
  const { size } = await stat(path);
  try {
    using database = openFile(path);
    const header: unknown = database.prepare('SELECT * FROM header').get();
    const pages = database
      .prepare('SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size')
      .get();
    return pages?.size === size && Check(DatabaseHeader, header) ? { path, header } : null;
  } catch {
    // SQLite cannot read the file: the caller reports the database as damaged.
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
    using reader = openBlocks(database);
    let read = 0;
    for (const [block, packagesInBlock] of blocks) {
      read += 1;
      if (read % YIELD_AFTER === 0) await setImmediate();
      signal.throwIfAborted();
      const text = reader.read(block);
      if (text === null) continue;
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

/** Reads blocks of a database; null if no package is in the block. Throws AnalysisError if the database is damaged. */
function openBlocks(database: Database): { read(block: number): Buffer | null } & Disposable {
  try {
    const file = openFile(database.path);
    const select = file.prepare('SELECT packed FROM blocks WHERE block = ?');
    return {
      read(block) {
        try {
          const packed = select.get(block)?.packed;
          if (packed === undefined) return null;
          // A block has some 10 KB: decompressing it in another thread takes longer.
          return zstdDecompressSync(packed as Uint8Array, { maxOutputLength: BLOCK_LIMIT });
        } catch (cause) {
          throw damaged(database, cause);
        }
      },
      [Symbol.dispose]: () => file.close(),
    };
  } catch (cause) {
    throw damaged(database, cause);
  }
}

function recordsOf(block: Buffer, name: string): PackageRecord[] | null {
  const key = `\n${JSON.stringify(name)}\t`;
  const start = block.indexOf(key);
  if (start < 0) return null;
  const begin = start + Buffer.byteLength(key);
  const end = block.indexOf('\n', begin);
  return JSON.parse(block.toString('utf8', begin, end < 0 ? undefined : end));
}

function damaged({ header }: Database, cause: unknown): AnalysisError {
  return new AnalysisError('advisories.damaged', `The offline database of ${header.ecosystem} is damaged.`, {
    hint: 'Import it again: commandcenter advisories import <zip>.',
    cause,
  });
}
