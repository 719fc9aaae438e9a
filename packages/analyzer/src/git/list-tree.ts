import { assertWithin, type TreeLimits } from '../tree/tree-limits.ts';
import { splitRecords } from './split-records.ts';
import { streamGit } from './stream-git.ts';

/** An entry of a commit's tree. */
export interface TreeEntry {
  kind: 'file' | 'link' | 'submodule';
  /** Id of the entry's git object; for a submodule the id of its commit. */
  object: string;
  /** Size of the file in bytes; 0 for a submodule, and if sizes were not requested. */
  size: number;
  /** Path of the entry with slashes; invalid UTF-8 is replaced by U+FFFD. */
  path: string;
}

export interface ListTreeOptions {
  gitDirectory: string;
  commit: string;
  /** Folder to list, without a trailing slash; default: all. */
  folder?: string;
  /** If false, sizes are not read, so that git does not need the blobs; default true. */
  sizes?: boolean;
  limits: TreeLimits;
  signal: AbortSignal;
}

/** Links and submodules count half towards the limit of files, because skipping them is cheap. */
const OTHERS_PER_FILE = 2;

/**
 * Lists all files, links and submodules of a commit without a checkout. Throws AnalysisError `source.too_many_files`,
 * before any file is read.
 */
export async function listTree(options: ListTreeOptions): Promise<TreeEntry[]> {
  const { gitDirectory, commit, folder = '', sizes = true, limits, signal } = options;
  const treeish = folder === '' ? commit : `${commit}:${folder}`;
  const output = streamGit(['ls-tree', '-r', '-z', ...(sizes ? ['-l'] : []), '--full-tree', treeish], {
    gitDirectory,
    signal,
  });
  const entries: TreeEntry[] = [];
  let files = 0;
  for await (const records of splitRecords(output)) {
    for (const record of records) {
      const entry = parseEntry(record);
      entries.push(entry);
      if (entry.kind === 'file') files += 1;
    }
    // Check only the number of files here; the caller checks the total size when it knows which files it takes.
    assertWithin(limits, Math.max(files, Math.floor(entries.length / OTHERS_PER_FILE)), 0);
  }
  return entries;
}

/**
 * Format: `<mode> SP <type> SP <object> [SP+ <size or ->] TAB <path>`.
 * https://git-scm.com/docs/git-ls-tree#_output_format
 */
function parseEntry(record: Buffer): TreeEntry {
  const tab = record.indexOf(0x09);
  const [mode = '', type, object = '', size = '-'] = record.toString('latin1', 0, tab).split(/ +/);
  return {
    kind: type === 'commit' ? 'submodule' : mode === '120000' ? 'link' : 'file',
    object,
    size: size === '-' ? 0 : Number(size),
    path: record.toString('utf8', tab + 1),
  };
}
