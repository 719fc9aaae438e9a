/** A regular file of the tree. Links, submodules and devices are not included. */
export interface SourceFile {
  /** Relative to the root, with slashes, valid UTF-8. */
  path: string;
  /** Size in bytes. */
  size: number;
}

/** The files that an analysis sees. Nothing is read through symbolic links or outside of the root. */
export interface SourceTree {
  /** Absolute path without symbolic links. */
  root: string;
  /** Sorted by path. */
  files: readonly SourceFile[];
  /** Finds a file by its path. */
  get(path: string): SourceFile | undefined;
  /**
   * Reads a file. Throws `FileTooLargeError` above `limit` bytes (default 8 MiB), and `AnalysisError` if it does not
   * exist or is not a regular file.
   */
  read(path: string, limit?: number): Promise<Buffer>;
  /** Entries that are not in `files`, grouped by reason. */
  skippedPaths: readonly { reason: string; files: number; examples: string[] }[];
}

/** Returns the tree with only the files for which `keeps` returns true. */
export function filterTree(tree: SourceTree, keeps: (path: string) => boolean): SourceTree {
  const files = tree.files.filter(({ path }) => keeps(path));
  if (files.length === tree.files.length) return tree;
  const byPath = new Map(files.map((file) => [file.path, file]));
  return { ...tree, files, get: (path) => byPath.get(path) };
}
