import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

/**
 * What earlier analyses of one repository found, kept in one file. By blob: what inspectors said of equal bytes; by key: what whole
 * engines said of an equal tree. What an analysis did not ask for is dropped (of the engines that took part in it), so that the file
 * follows the repository's size. Losing it costs time, nothing else.
 */
export interface ResultCache {
  /** Of an inspector (`name@version`) and a file's key; undefined: not known. */
  getInspection(inspector: string, key: string): unknown;
  setInspection(inspector: string, key: string, result: unknown): void;
  /** All keys known of an inspector. */
  inspectionKeys(inspector: string): Iterable<string>;
  get(engine: string, key: string): unknown;
  set(engine: string, key: string, value: unknown): void;
  /** Writes it down, where there is a folder. */
  save(): Promise<void>;
}

/** Of the file when it is not compressed: over it nothing is kept. */
const SIZE_LIMIT = 64 * 1024 ** 2;
/** Bytes of all files of a folder. */
const FOLDER_LIMIT = 1024 ** 3;
const FORMAT = 'commandcenter-results-1';

interface Entry {
  /** JSON. */
  text: string;
  /** Asked for or set in this analysis. */
  used: boolean;
}

/** @param folder private; null: nothing is kept. @param repository names whose results they are */
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
      const text = serialise(sections);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (text === undefined) return await rm(path, { force: true });
      const bytes = await promisify(zstdCompress)(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
      // Beside it and then in its place: another analysis reads the old one or the new one, never a half.
      const beside = `${path}.${randomUUID()}`;
      await writeFile(beside, bytes, { mode: 0o600 });
      await rename(beside, path);
      await trim(folder);
    },
  };
}

/** Of many repositories those go that were analysed longest ago. */
async function trim(folder: string): Promise<void> {
  const files: { path: string; size: number; at: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Gone meanwhile: another analysis trims too.
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile()) files.push({ path, size: stats.size, at: stats.mtimeMs });
  }
  let total = 0;
  for (const { path, size } of files.sort((a, b) => b.at - a.at)) {
    total += size;
    if (total > FOLDER_LIMIT) await rm(path, { force: true });
  }
}

/** A line a section (its name and how many entries follow), then two lines an entry. JSON has no line breaks, keys neither. */
function serialise(sections: ReadonlyMap<string, ReadonlyMap<string, Entry>>): string | undefined {
  const lines = [FORMAT];
  let size = 0;
  for (const [name, section] of sections) {
    const entries = [...section].filter(([key]) => !key.includes('\n'));
    const asked = entries.filter(([, entry]) => entry.used);
    const used = asked.length > 0 ? asked : entries;
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
    // None yet, or one that was damaged: everything is looked at again.
    return new Map();
  }
  return sections;
}
