/** A regular file of the tree. Links, submodules and devices are not included. */
export interface SourceFile {
  /** Path of the file relative to the root of the tree, with slashes, valid UTF-8. */
  path: string;
  /** Size of the file in bytes. */
  size: number;
}

/** The files that an analysis sees. Nothing is read through symbolic links or outside of the root. */
export interface SourceTree {
  /** Absolute path of the tree's root folder, without symbolic links. */
  root: string;
  /** The tree's files, sorted by path. */
  files: readonly SourceFile[];
  /** Finds a file by its path. */
  get(path: string): SourceFile | undefined;
  /**
   * Reads a file of the tree. Throws `FileTooLargeError` above `limit` bytes (default 8 MiB), and `AnalysisError` if the file does not
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
