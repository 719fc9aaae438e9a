import { type BigIntStats, constants, lstatSync, type Stats } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AnalysisError, FileTooLargeError } from '../errors.ts';
import { harmlessReasons, SkippedPaths } from './skipped-paths.ts';
import type { SourceFile, SourceTree } from './source-tree.ts';
import { assertWithin, type TreeLimits, treeLimits } from './tree-limits.ts';
import { unsafePath } from './unsafe-path.ts';
import { walkFolder } from './walk-folder.ts';

export interface OpenTreeOptions {
  /**
   * Paths of the tree's files relative to the root, as listed by git. Default: all files except folders of version control and package
   * managers.
   */
  paths?: readonly string[];
  limits?: TreeLimits;
  /** Entries that were skipped when the tree was written. */
  skippedPaths?: SourceTree['skippedPaths'];
}

const READ_LIMIT = 8 * 1024 ** 2;
/** Files to process before yielding to the event loop. */
const YIELD_AFTER = 2000;

/** Lists the regular files of a folder. Symbolic links are not followed, neither as a file nor in a path. */
export async function openTree(root: string, options: OpenTreeOptions = {}): Promise<SourceTree> {
  const { limits = treeLimits } = options;
  const realRoot = await realpath(root).catch((cause) => {
    throw new AnalysisError('source.not_found', `There is no folder ${root}.`, { cause });
  });
  const skippedPaths = new SkippedPaths(options.skippedPaths);
  const paths = options.paths ?? (await walkFolder(realRoot, limits.files, skippedPaths));
  const files: SourceFile[] = [];
  const folders = new Map<string, boolean>([['', true]]);
  let totalSize = 0;

  for (const [index, path] of paths.entries()) {
    if (index % YIELD_AFTER === YIELD_AFTER - 1) await setImmediate();
    const refusal = unsafePath(path);
    if (refusal !== undefined) {
      skippedPaths.add(refusal, path);
      continue;
    }
    const stats = isInRealFolder(realRoot, path, folders) ? statOf(join(realRoot, path)) : undefined;
    // Skip a file that git lists but that was deleted, or that is behind a symbolic link.
    if (stats === undefined) continue;
    if (!stats.isFile()) {
      if (stats.isSymbolicLink()) skippedPaths.add(harmlessReasons.link, path);
      else if (!stats.isDirectory()) skippedPaths.add(harmlessReasons.special, path);
      continue;
    }
    files.push({ path, size: stats.size });
    totalSize += stats.size;
    assertWithin(limits, files.length, totalSize);
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const byPath = new Map(files.map((file) => [file.path, file]));
  return {
    root: realRoot,
    files,
    skippedPaths: skippedPaths.list(),
    get: (path) => byPath.get(path),
    read: (path, limit = READ_LIMIT) => readRegular(realRoot, path, limit),
  };
}

/**
 * Returns whether every folder in the path is a real one: git may list files of a folder that was replaced by a
 * symbolic link.
 */
function isInRealFolder(root: string, path: string, folders: Map<string, boolean>): boolean {
  const end = path.lastIndexOf('/');
  const folder = end < 0 ? '' : path.slice(0, end);
  const cached = folders.get(folder);
  if (cached !== undefined) return cached;
  const real = isInRealFolder(root, folder, folders) && statOf(join(root, folder))?.isDirectory() === true;
  folders.set(folder, real);
  return real;
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) satisfies Stats | BigIntStats | undefined;
  } catch {
    // Reading the file's status fails if a parent is not a folder, or if the system rejects the name.
    return undefined;
  }
}

async function readRegular(root: string, path: string, limit: number): Promise<Buffer> {
  const refusal = unsafePath(path);
  if (refusal !== undefined) throw new AnalysisError('source.bad_path', `${JSON.stringify(path)}: ${refusal}.`);
  if (!isInRealFolder(root, path, new Map([['', true]]))) {
    throw new AnalysisError('source.not_a_file', `${path} is not a file of the tree.`);
  }
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(join(root, path), flags).catch((cause) => {
    throw new AnalysisError('source.not_a_file', `${path} is not a file of the tree.`, { cause });
  });
  try {
    const { size, isFile } = await handle.stat().then((stats) => ({ size: stats.size, isFile: stats.isFile() }));
    if (!isFile) throw new AnalysisError('source.not_a_file', `${path} is not a regular file.`);
    if (size > limit) throw new FileTooLargeError(path, size, limit);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
