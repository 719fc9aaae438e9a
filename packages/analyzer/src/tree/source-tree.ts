/** A file of the tree: a regular one. Links, submodules and devices are none. */
export interface SourceFile {
  /** Relative to the root, with slashes, valid UTF-8. */
  path: string;
  /** Bytes. */
  size: number;
}

/** The files that an analysis looks at. Nothing is read through a symbolic link, and nothing outside of the root. */
export interface SourceTree {
  /** Absolute; without symbolic links. */
  root: string;
  /** Sorted by path. */
  files: readonly SourceFile[];
  /** By path. */
  get(path: string): SourceFile | undefined;
  /** Throws `FileTooLargeError` over `limit` bytes (default 8 MiB), `AnalysisError` when it is not there or is not a regular file. */
  read(path: string, limit?: number): Promise<Buffer>;
  /** What was left out of `files` and why: links, too many files, too much in all. */
  leftOut: readonly { reason: string; files: number; examples: string[] }[];
}
