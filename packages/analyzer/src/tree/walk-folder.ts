import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { harmlessReasons, type SkippedPaths } from './skipped-paths.ts';
import { assertWithin } from './tree-limits.ts';

/** Folders that never contain source code. */
const skippedFolders = new Set(['.git', '.hg', '.svn', 'node_modules']);
const MAX_DEPTH = 200;

/** Lists everything below the folder `root` except folders, as paths relative to `root`. Symbolic links are listed but not followed. */
export async function walkFolder(root: string, maxFiles: number, skippedPaths: SkippedPaths): Promise<string[]> {
  const paths: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH) return skippedPaths.add(`folders more than ${MAX_DEPTH} deep`, folder);
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) return skippedPaths.add('folders that cannot be read', folder);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) paths.push(path);
      else if (skippedFolders.has(entry.name)) skippedPaths.add(harmlessReasons.installed, path);
      else await walk(path, depth + 1);
    }
    assertWithin({ files: maxFiles, totalSize: Number.POSITIVE_INFINITY }, paths.length, 0);
  };
  await walk('', 0);
  return paths;
}
