import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';
import { listTables, readDatabaseRows } from '../harness/database-rows.ts';
import type { Canary } from './canary.ts';

export interface SearchedText {
  /** Name of the place for people, such as `response of GET /metrics`. */
  place: string;
  text: string;
  /** Canaries that the text may contain, because it is the response in which a secret is shown to the caller who requested it. */
  gives?: readonly Canary[];
}

const SHOWN = 120;

/** Returns a sentence for each canary that a text contains. */
export function findLeaks(texts: readonly SearchedText[], canaries: readonly Canary[]): string[] {
  return texts.flatMap(({ place, text, gives = [] }) => {
    const lower = text.toLowerCase();
    return canaries.flatMap((canary) => {
      if (gives.includes(canary)) return [];
      const trace = canary.traces.find((one) => lower.includes(one));
      if (trace === undefined) return [];
      const at = lower.indexOf(trace);
      return [`${canary.name} is in ${place}: …${text.slice(Math.max(0, at - SHOWN), at + SHOWN)}…`];
    });
  });
}

/** Returns every row of every table as text. Bytes are also added as text and, if they are compressed, decompressed. */
export async function databaseTexts(db: Database): Promise<SearchedText[]> {
  return [...(await readDatabaseRows(db))].flatMap(([table, rows]) =>
    rows.map((row) => ({ place: `table ${table}`, text: [row, ...bytesIn(row)].join('\n') })),
  );
}

/** Returns every file below a folder, except those in the given subfolders, where an administrator keeps secrets. */
export async function fileTexts(folder: string, without: readonly string[]): Promise<SearchedText[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => !without.includes(file.split('/')[0] ?? ''));
  return Promise.all(
    files.map(async (file) => ({ place: `the file ${file}`, text: await readFile(join(folder, file), 'latin1') })),
  );
}

/** Returns the number of columns of all tables that `databaseTexts` reads. */
export async function countColumns(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from information_schema.columns
    where table_schema = 'public' and table_name in (${sql.join(await listTables(db))})`.execute(db);
  return rows[0]?.count ?? 0;
}

function bytesIn(row: string): string[] {
  return [...row.matchAll(/\\x((?:[0-9a-f]{2}){8,})/g)].flatMap(([, digits = '']) => {
    const bytes = Buffer.from(digits, 'hex');
    return [bytes.toString('latin1'), ...decompressed(bytes)];
  });
}

function decompressed(bytes: Buffer): string[] {
  const isZstd = bytes.subarray(0, 4).toString('hex') === '28b52ffd';
  const isGzip = bytes.subarray(0, 2).toString('hex') === '1f8b';
  if (!isZstd && !isGzip) return [];
  return [(isZstd ? zstdDecompressSync(bytes) : gunzipSync(bytes)).toString('latin1')];
}
