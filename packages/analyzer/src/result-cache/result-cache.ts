import { hash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isBusy, isDamage, removeCacheFile } from '../cache-file.ts';
import { chunkOf, type Entry, readSections, type Sections, SIZE_LIMIT, writeChunks } from './result-file.ts';

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

/** Maximum size of all files in the folder in bytes. */
const FOLDER_LIMIT = 1024 ** 3;
const FILE_SUFFIX = '.results.sqlite';
/** Suffix of the files of earlier versions, which are not read any more. */
const FORMER_SUFFIX = '.results.zst';

/**
 * Opens the cache of a repository.
 * @param folder private folder; null caches nothing
 * @param repository name of the repository
 */
export async function openResultCache(folder: string | null, repository: string): Promise<ResultCache> {
  const path = folder === null ? null : join(folder, `${hash('sha256', repository).slice(0, 32)}${FILE_SUFFIX}`);
  const sections: Sections = path === null ? new Map() : await readSections(path);
  const get = (section: string, key: string): unknown => {
    const entry = sections.get(section)?.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    return JSON.parse(entry.text);
  };
  const set = (section: string, key: string, value: unknown): void => {
    const text = JSON.stringify(value ?? null);
    const entries = sections.get(section) ?? new Map<string, Entry>();
    sections.set(section, entries);
    const entry = entries.get(key);
    if (entry?.text === text) entry.used = true;
    else entries.set(key, { text, used: true, changed: true });
  };
  return {
    getInspection: (inspector, key) => get(`inspect ${inspector}`, key),
    setInspection: (inspector, key, result) => set(`inspect ${inspector}`, key, result),
    inspectionKeys: (inspector) => sections.get(`inspect ${inspector}`)?.keys() ?? [],
    get: (engine, key) => get(`engine ${engine}`, key),
    set: (engine, key, value) => set(`engine ${engine}`, key, value),
    async save() {
      if (folder === null || path === null) return;
      const changed = changedChunks(sections);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (sizeOf(sections) > SIZE_LIMIT) return removeCacheFile(path);
      try {
        if (changed.size > 0) writeChunks(path, sections, changed);
      } catch (error) {
        // A file that another analysis blocks keeps its earlier results.
        if (isBusy(error)) return;
        if (!isDamage(error)) throw error;
        return removeCacheFile(path);
      }
      const now = new Date();
      // Marks the file as used, also if nothing has changed.
      await utimes(path, now, now).catch(() => undefined);
      await trim(folder);
    },
  };
}

/** Drops the unused entries of each section that was used at all, and returns the chunks that differ from the file. */
function changedChunks(sections: Sections): Map<string, Set<number>> {
  const changed = new Map<string, Set<number>>();
  for (const [section, entries] of sections) {
    const chunks = new Set<number>();
    const drops = entries.values().some(({ used }) => used);
    for (const [key, entry] of entries) {
      const dropped = drops && !entry.used;
      if (dropped) entries.delete(key);
      if (dropped || entry.changed) chunks.add(chunkOf(key));
    }
    if (chunks.size > 0) changed.set(section, chunks);
  }
  return changed;
}

function sizeOf(sections: Sections): number {
  let size = 0;
  for (const entries of sections.values()) {
    for (const [key, { text }] of entries) size += key.length + text.length + 2;
  }
  return size;
}

/** Deletes the files of the repositories that were analyzed longest ago, and those of earlier versions. */
async function trim(folder: string): Promise<void> {
  const files: { path: string; size: number; at: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.endsWith(FORMER_SUFFIX)) await rm(path, { force: true });
    if (!name.endsWith(FILE_SUFFIX)) continue;
    // Another analysis may have deleted it meanwhile.
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile()) files.push({ path, size: stats.size, at: stats.mtimeMs });
  }
  let total = 0;
  for (const { path, size } of files.sort((a, b) => b.at - a.at)) {
    total += size;
    if (total > FOLDER_LIMIT) removeCacheFile(path);
  }
}
