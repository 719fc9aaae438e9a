import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { isDamage, openCacheFile, removeCacheFile } from '../cache-file.ts';

export interface Entry {
  /** Value as JSON. */
  text: string;
  /** True if it was read or set in this analysis. */
  used: boolean;
  /** True if it differs from the file. */
  changed: boolean;
}

/** Entries by section and key. */
export type Sections = Map<string, Map<string, Entry>>;

/** Maximum uncompressed size of all entries in bytes; above it nothing is cached. */
export const SIZE_LIMIT = 64 * 1024 ** 2;

/**
 * A section has 64 chunks, which are compressed: a row for each entry would take five times the space and longer to
 * read, and a single row would have to be written as a whole after every change. A chunk has two lines per entry, its
 * key and its text. Neither of them contains line breaks.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS chunks (
    section TEXT, chunk INTEGER, packed BLOB NOT NULL, PRIMARY KEY (section, chunk)
  ) WITHOUT ROWID;
`;
const CHUNKS = 64;
/** The checksum makes a damaged chunk an error instead of other results. */
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } };
/** Number of chunks to read before yielding to the event loop. */
const YIELD_AFTER = 32;

/** Selects the chunk of an entry by the first characters of its key, which are those of a hash for most keys. */
export const chunkOf = (key: string): number => (31 * key.charCodeAt(0) + key.charCodeAt(1)) & (CHUNKS - 1);

/** Reads all entries; none if the file does not exist or cannot be read. A damaged file is deleted. */
export async function readSections(path: string): Promise<Sections> {
  const sections: Sections = new Map();
  if (!existsSync(path)) return sections;
  try {
    using file = openCacheFile(path, SCHEMA);
    let size = 0;
    let chunks = 0;
    // Reading all rows at once holds the lock for a moment only, and not while other work goes on.
    for (const { section, packed } of file.prepare('SELECT section, packed FROM chunks').all()) {
      const text = zstdDecompressSync(packed as Uint8Array, { maxOutputLength: 2 * SIZE_LIMIT }).toString('utf8');
      size += text.length;
      if (size > 2 * SIZE_LIMIT) return new Map();
      addEntries(sections, String(section), text.split('\n'));
      chunks += 1;
      if (chunks % YIELD_AFTER === 0) await setImmediate();
    }
    return sections;
  } catch (error) {
    if (isDamage(error)) removeCacheFile(path);
    return new Map();
  }
}

function addEntries(sections: Sections, section: string, lines: readonly string[]): void {
  const entries = sections.get(section) ?? new Map<string, Entry>();
  for (let at = 0; at + 1 < lines.length; at += 2) {
    entries.set(lines[at] ?? '', { text: lines[at + 1] ?? 'null', used: false, changed: false });
  }
  sections.set(section, entries);
}

/**
 * Writes the given chunks in one transaction. Chunks that another analysis of the repository has written meanwhile stay
 * if they are not among them. Throws an error of SQLite.
 */
export function writeChunks(path: string, sections: Sections, changed: ReadonlyMap<string, ReadonlySet<number>>): void {
  // Compress before the transaction begins, because it makes other analyses wait.
  const packed = [...changed].flatMap(([section, chunks]) => packChunks(section, sections.get(section), chunks));
  using file = openCacheFile(path, SCHEMA);
  file.exec('BEGIN IMMEDIATE');
  const put = file.prepare('INSERT OR REPLACE INTO chunks (section, chunk, packed) VALUES (?, ?, ?)');
  const drop = file.prepare('DELETE FROM chunks WHERE section = ? AND chunk = ?');
  for (const { section, chunk, bytes } of packed) {
    if (bytes === null) drop.run(section, chunk);
    else put.run(section, chunk, bytes);
  }
  file.exec('COMMIT');
}

interface PackedChunk {
  section: string;
  chunk: number;
  /** Null if the chunk has no entries. */
  bytes: Buffer | null;
}

function packChunks(
  section: string,
  entries: ReadonlyMap<string, Entry> | undefined,
  chunks: ReadonlySet<number>,
): PackedChunk[] {
  const lines = new Map([...chunks].map((chunk) => [chunk, [] as string[]]));
  for (const [key, { text }] of entries ?? []) {
    if (!key.includes('\n')) lines.get(chunkOf(key))?.push(key, text);
  }
  return [...lines].map(([chunk, ofChunk]) => ({
    section,
    chunk,
    bytes: ofChunk.length === 0 ? null : zstdCompressSync(ofChunk.join('\n'), FAST),
  }));
}
