import { assertWithin, type TreeLimits } from '../tree/limits.ts';
import { splitRecords } from './split-records.ts';
import { streamGit } from './stream-git.ts';

/** What a commit has at a path. */
export interface TreeEntry {
  kind: 'file' | 'link' | 'submodule';
  /** Object id; of a submodule the commit. */
  object: string;
  /** Bytes; 0 for a submodule, and where it was not asked for. */
  size: number;
  /** With slashes. What is not UTF-8 in it is U+FFFD. */
  path: string;
}

export interface ListTreeOptions {
  gitDirectory: string;
  commit: string;
  /** Only what is under it; default: all. Without a slash at its end. */
  folder?: string;
  /** Whether sizes are told, for which git has to have all that is listed; default true. */
  sizes?: boolean;
  limits: TreeLimits;
  signal: AbortSignal;
}

/** Entries that are no files count too, more generously: links and submodules cost nothing to leave out. */
const OTHERS_PER_FILE = 2;

/**
 * All files, links and submodules of a commit, without a checkout. Throws `AnalysisError` `source.too_many_files` and
 * `source.too_large`, before anything is read of the files themselves.
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
    // The total size is judged where it is known which files are taken.
    assertWithin(limits, Math.max(files, Math.floor(entries.length / OTHERS_PER_FILE)), 0);
  }
  return entries;
}

/** `<mode> SP <type> SP <object> [SP+ <size or ->] TAB <path>`: https://git-scm.com/docs/git-ls-tree#_output_format */
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
