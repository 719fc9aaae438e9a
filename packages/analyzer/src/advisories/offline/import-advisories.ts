import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AnalysisError } from '../../errors.ts';
import type { AdvisoryRecord } from '../osv/advisory-record.ts';
import { readRecord } from '../osv/read-record.ts';
import { type DatabaseHeader, FILE_SUFFIX, FORMER_SUFFIX } from './database-format.ts';
import { EcosystemTally } from './ecosystem-tally.ts';
import { findFiles } from './folder-files.ts';
import { RecordCollector } from './record-collector.ts';
import { type ImportLimits, importLimits, type RecordFiles } from './record-files.ts';
import { writeDatabase } from './write-database.ts';
import { openZip } from './zip-files.ts';

export interface ImportOptions {
  signal: AbortSignal;
  onProgress(percent: number, step: string): void;
  now: Date;
  limits?: ImportLimits;
}

export interface ImportedAdvisories {
  /** One entry per ecosystem. */
  databases: DatabaseHeader[];
  /** Number of records that were read, over all ecosystems. */
  records: number;
  /** Number of files that are not OSV records, with some of their names as examples. */
  unreadable: { files: number; examples: string[] };
  /** Number of ranges that were skipped because their versions cannot be parsed. */
  unreadableRanges: number;
  /** Ecosystems in the source for which no database was written. */
  otherEcosystems: string[];
}

/** Number of files after which the import yields to the event loop. */
const YIELD_AFTER = 500;
const EXAMPLES = 5;
/** Percentage of an import's progress that reading takes; writing takes the rest. */
const READING_PERCENT = 90;

/**
 * Builds an offline database from OSV's zips (`<ecosystem>/all.zip`, or the zip with all ecosystems) or from JSON
 * files. It replaces the database of each ecosystem that it imports and keeps those of other ecosystems. A failed
 * import changes nothing. Throws AnalysisError.
 * @param source a zip, or a folder with zips or JSON files
 * @param folder where the databases are stored; created if missing
 */
export async function importAdvisories(
  source: string,
  folder: string,
  { signal, onProgress, now, limits = importLimits }: ImportOptions,
): Promise<ImportedAdvisories> {
  const parts = await openParts(source, limits);
  const collector = new RecordCollector();
  const completeEcosystems = new Set<string>();
  const seen = new Set<string>();
  const result: Omit<ImportedAdvisories, 'databases' | 'otherEcosystems'> = {
    records: 0,
    unreadable: { files: 0, examples: [] },
    unreadableRanges: 0,
  };
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  let files = 0;
  let size = 0;
  try {
    for (const part of parts) {
      const tally = new EcosystemTally();
      for await (const { name, bytes } of part.read(signal)) {
        files += 1;
        size += bytes?.length ?? 0;
        if (size > limits.totalSize) {
          throw new AnalysisError('advisories.too_large', `${source} has more than ${limits.totalSize} bytes.`);
        }
        const record = bytes === null ? null : parseRecord(bytes);
        if (record === null) {
          result.unreadable.files += 1;
          if (result.unreadable.examples.length < EXAMPLES) result.unreadable.examples.push(name);
        } else {
          result.records += 1;
          result.unreadableRanges += record.unreadableRanges;
          collector.add(record);
          tally.add(record);
        }
        if (files % YIELD_AFTER === 0) {
          onProgress(Math.floor((READING_PERCENT * files) / total), 'Reading advisories');
          await setImmediate();
        }
      }
      for (const ecosystem of tally.ecosystems) seen.add(ecosystem);
      for (const ecosystem of tally.complete()) completeEcosystems.add(ecosystem);
    }
  } finally {
    for (const part of parts) await part.close();
  }
  assertUsable(source, result.records, completeEcosystems, seen);

  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeLeftovers(folder, now);
  const databases: ImportedAdvisories['databases'] = [];
  for (const [index, ecosystem] of [...completeEcosystems].sort().entries()) {
    const percent = READING_PERCENT + Math.floor(((100 - READING_PERCENT) * index) / completeEcosystems.size);
    onProgress(percent, `Writing the database of ${ecosystem}`);
    const contents = {
      ecosystem,
      importedAt: now.toISOString(),
      source: basename(resolve(source)),
      packagesOf: (block: number) => collector.packagesOf(ecosystem, block),
    };
    databases.push(await writeDatabase(folder, contents, signal));
  }
  onProgress(100, 'Done');
  return {
    databases,
    ...result,
    otherEcosystems: [...seen].filter((ecosystem) => !completeEcosystems.has(ecosystem)).sort(),
  };
}

async function openParts(source: string, limits: ImportLimits): Promise<RecordFiles[]> {
  const found = await stat(source).catch((cause: NodeJS.ErrnoException) => {
    const message =
      cause.code === 'ENOENT' ? `There is no file or folder ${source}.` : `${source} cannot be read (${cause.code}).`;
    throw new AnalysisError('advisories.not_found', message, { cause });
  });
  if (!found.isDirectory()) return [await openZip(source, limits)];
  const { zips, records } = await findFiles(source, limits);
  const parts = records === null ? [] : [records];
  try {
    for (const zip of zips) parts.push(await openZip(zip, limits));
  } catch (error) {
    for (const part of parts) await part.close();
    throw error;
  }
  return parts;
}

function parseRecord(bytes: Buffer): AdvisoryRecord | null {
  try {
    return readRecord(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function assertUsable(
  source: string,
  records: number,
  completeEcosystems: ReadonlySet<string>,
  seen: ReadonlySet<string>,
): void {
  const hint =
    'OSV has a zip of each ecosystem: https://storage.googleapis.com/osv-vulnerabilities/npm/all.zip, for example.';
  if (records === 0) {
    throw new AnalysisError('advisories.no_records', `${source} has no OSV record in it.`, { hint });
  }
  if (completeEcosystems.size === 0) {
    const named = [...seen].sort().slice(0, EXAMPLES).join(', ');
    const what = named === '' ? 'affects no package' : `is of ecosystems that are not analyzed: ${named}`;
    throw new AnalysisError('advisories.no_known_ecosystem', `What ${source} has ${what}.`, { hint });
  }
}

const DAY_MS = 86_400_000;

/**
 * Removes old temporary files of imports that were killed while writing. Recent temporary files are kept, because another import may be
 * running.
 */
async function removeLeftovers(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.includes(`${FILE_SUFFIX}.`) && !name.includes(`${FORMER_SUFFIX}.`)) continue;
    const path = join(folder, name);
    // Another import may have deleted it meanwhile.
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && now.getTime() - found.mtimeMs > DAY_MS) await rm(path, { force: true });
  }
}
