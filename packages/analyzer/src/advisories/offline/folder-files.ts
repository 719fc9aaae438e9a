import { opendir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { AnalysisError } from '../../errors.ts';
import type { ImportLimits, RecordFile, RecordFiles } from './record-files.ts';

/**
 * Lists the zips and the JSON files in a folder and its subfolders. Symbolic links are not followed. Throws
 * AnalysisError if there are more files than the limit.
 */
export async function findFiles(
  folder: string,
  limits: ImportLimits,
): Promise<{ zips: string[]; records: RecordFiles | null }> {
  const zips: string[] = [];
  const files: string[] = [];
  const folders = [folder];
  for (let current = folders.pop(); current !== undefined; current = folders.pop()) {
    for await (const entry of await opendir(current)) {
      const path = join(current, entry.name);
      if (entry.isDirectory() && entry.name !== '.git') folders.push(path);
      else if (entry.isFile() && entry.name.endsWith('.zip')) zips.push(path);
      else if (entry.isFile() && entry.name.endsWith('.json')) files.push(path);
    }
    if (files.length + zips.length + folders.length > limits.files) {
      throw new AnalysisError('advisories.too_many_files', `${folder} has more than ${limits.files} files.`);
    }
  }
  zips.sort();
  files.sort();
  return { zips, records: files.length === 0 ? null : looseFiles(folder, files, limits) };
}

function looseFiles(folder: string, files: readonly string[], limits: ImportLimits): RecordFiles {
  return {
    count: files.length,
    async *read(signal): AsyncGenerator<RecordFile> {
      for (const path of files) {
        signal.throwIfAborted();
        const { size } = await stat(path);
        yield { name: relative(folder, path), bytes: size > limits.fileSize ? null : await readFile(path) };
      }
    },
    close: async () => undefined,
  };
}
