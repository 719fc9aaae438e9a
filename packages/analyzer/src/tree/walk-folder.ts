import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { harmlessReasons, type SkippedPaths } from './skipped-paths.ts';
import { assertWithin } from './tree-limits.ts';

/** Folders that never contain source code. */
const skippedFolders = new Set(['.git', '.hg', '.svn', 'node_modules']);
const DEEPEST = 200;

/** Lists everything below `root` except folders, relative to it. Symbolic links are listed but not followed. */
export async function walkFolder(root: string, mostFiles: number, leftOut: SkippedPaths): Promise<string[]> {
  const paths: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    if (depth > DEEPEST) return leftOut.add(`folders more than ${DEEPEST} deep`, folder);
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) return leftOut.add('folders that cannot be read', folder);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) paths.push(path);
      else if (skippedFolders.has(entry.name)) leftOut.add(harmlessReasons.installed, path);
      else await walk(path, depth + 1);
    }
    assertWithin({ files: mostFiles, totalSize: Number.POSITIVE_INFINITY }, paths.length, 0);
  };
  await walk('', 0);
  return paths;
}
