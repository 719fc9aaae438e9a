import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

/**
 * Cached results of earlier analyses of one repository, in one file: results of inspectors by the file's content,
 * results of engines by their own keys. An analysis drops entries that it did not use (for the engines that it ran), so
 * that the size of the file follows that of the repository. A lost cache only costs time.
 */
export interface ResultCache {
  /** Returns an inspector's cached result for a key; undefined if nothing is cached. `inspector` is `name@version`. */
  getInspection(inspector: string, key: string): unknown;
  setInspection(inspector: string, key: string, result: unknown): void;
  /** Returns the keys of all cached results of an inspector. */
  inspectionKeys(inspector: string): Iterable<string>;
  get(engine: string, key: string): unknown;
  set(engine: string, key: string, value: unknown): void;
  /** Writes the cache to its file; does nothing if there is no folder. */
  save(): Promise<void>;
}

/** Maximum uncompressed size of the cache file in bytes; above it nothing is cached. */
const SIZE_LIMIT = 64 * 1024 ** 2;
/** Maximum size of all cache files in the folder in bytes. */
const FOLDER_LIMIT = 1024 ** 3;
const FORMAT = 'commandcenter-results-1';

interface Entry {
  /** Cached value as JSON. */
  text: string;
  /** True if the cache entry was read or set in this analysis. */
  used: boolean;
}

/**
 * Opens the cache of a repository.
 * @param folder private folder; null caches nothing
 * @param repository name of the repository
 */
export async function openResultCache(folder: string | null, repository: string): Promise<ResultCache> {
  const path =
    folder === null
      ? null
      : join(folder, `${createHash('sha256').update(repository).digest('hex').slice(0, 32)}.results.zst`);
  const sections = path === null ? new Map<string, Map<string, Entry>>() : await readSections(path);
  const sectionOf = (name: string): Map<string, Entry> => {
    const section = sections.get(name) ?? new Map<string, Entry>();
    sections.set(name, section);
    return section;
  };
  const get = (section: string, key: string): unknown => {
    const entry = sections.get(section)?.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    return JSON.parse(entry.text);
  };
  const set = (section: string, key: string, value: unknown): void => {
    sectionOf(section).set(key, { text: JSON.stringify(value ?? null), used: true });
  };
  return {
    getInspection: (inspector, key) => get(`inspect ${inspector}`, key),
    setInspection: (inspector, key, result) => set(`inspect ${inspector}`, key, result),
    inspectionKeys: (inspector) => sections.get(`inspect ${inspector}`)?.keys() ?? [],
    get: (engine, key) => get(`engine ${engine}`, key),
    set: (engine, key, value) => set(`engine ${engine}`, key, value),
    async save() {
      if (folder === null || path === null) return;
      const text = serialize(sections);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (text === undefined) return await rm(path, { force: true });
      const bytes = await promisify(zstdCompress)(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
      // Write a temporary file and rename it, so that another analysis never reads a partial file.
      const temporaryPath = `${path}.${randomUUID()}`;
      await writeFile(temporaryPath, bytes, { mode: 0o600 });
      await rename(temporaryPath, path);
      await trim(folder);
    },
  };
}

/** Deletes the cache files of the repositories that were analyzed longest ago. */
async function trim(folder: string): Promise<void> {
  const files: { path: string; size: number; at: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Another analysis may have deleted the cache file meanwhile.
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile()) files.push({ path, size: stats.size, at: stats.mtimeMs });
  }
  let total = 0;
  for (const { path, size } of files.sort((a, b) => b.at - a.at)) {
    total += size;
    if (total > FOLDER_LIMIT) await rm(path, { force: true });
  }
}

/**
 * Serializes each section as a line with its number of entries and name, then two lines per entry. Neither JSON nor
 * keys contain line breaks.
 */
function serialize(sections: ReadonlyMap<string, ReadonlyMap<string, Entry>>): string | undefined {
  const lines = [FORMAT];
  let size = 0;
  for (const [name, section] of sections) {
    const entries = [...section].filter(([key]) => !key.includes('\n'));
    const usedEntries = entries.filter(([, entry]) => entry.used);
    const used = usedEntries.length > 0 ? usedEntries : entries;
    lines.push(`${used.length} ${name}`);
    for (const [key, { text }] of used) {
      size += key.length + text.length + 2;
      lines.push(key, text);
    }
  }
  return size > SIZE_LIMIT ? undefined : lines.join('\n');
}

async function readSections(path: string): Promise<Map<string, Map<string, Entry>>> {
  const sections = new Map<string, Map<string, Entry>>();
  try {
    const bytes = await promisify(zstdDecompress)(await readFile(path), { maxOutputLength: 2 * SIZE_LIMIT });
    const lines = bytes.toString('utf8').split('\n');
    if (lines[0] !== FORMAT) return sections;
    for (let at = 1; at < lines.length; ) {
      const [, count = '0', name = ''] = /^(\d+) (.*)$/.exec(lines[at] ?? '') ?? [];
      const section = new Map<string, Entry>();
      for (let n = 0; n < Number(count); n += 1) {
        section.set(lines[at + 1 + 2 * n] ?? '', { text: lines[at + 2 + 2 * n] ?? 'null', used: false });
      }
      sections.set(name, section);
      at += 1 + 2 * Number(count);
    }
  } catch {
    // The cache file does not exist or is damaged, so start with an empty cache.
    return new Map();
  }
  return sections;
}
