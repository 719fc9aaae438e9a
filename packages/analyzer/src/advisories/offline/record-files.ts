/** A file that may contain an OSV record. */
export interface RecordFile {
  /** Name of the file, to be used in messages. */
  name: string;
  /** Content of the file; null if the file cannot be read. */
  bytes: Buffer | null;
}

/** A group of files that are imported together: those of one zip or one folder. */
export interface RecordFiles {
  /** Upper bound of the number of files in the group. */
  count: number;
  read(signal: AbortSignal): AsyncGenerator<RecordFile>;
  close(): Promise<void>;
}

/** Limits of an import, so that an archive can neither exhaust the memory nor run forever. */
export interface ImportLimits {
  /** Maximum number of files in one import. */
  files: number;
  /** Maximum size of one file in bytes. */
  fileSize: number;
  /** Maximum size of all unpacked files together in bytes. */
  totalSize: number;
}

/**
 * OSV's largest zip of one ecosystem (npm) has 220,000 files and 400 MB; the one with all ecosystems has some 700,000
 * files and 4 GB.
 */
export const importLimits: ImportLimits = { files: 2_000_000, fileSize: 16 * 1024 ** 2, totalSize: 16 * 1024 ** 3 };
