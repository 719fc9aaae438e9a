/** A file that may hold an OSV record. */
export interface RecordFile {
  /** For people. */
  name: string;
  /** Null: it cannot be read. */
  bytes: Buffer | null;
}

/** Files that belong together: those of one zip, or those that lie in a folder. */
export interface RecordFiles {
  /** How many there are, at most. */
  count: number;
  read(signal: AbortSignal): AsyncGenerator<RecordFile>;
  close(): Promise<void>;
}

/** What an import takes in at most, so that no archive can fill the memory or never end. */
export interface ImportLimits {
  /** Files in all. */
  files: number;
  /** Bytes of one file. */
  fileSize: number;
  /** Bytes of all files together, unpacked. */
  totalSize: number;
}

/** OSV's zip of npm, its largest, has 220,000 files and 400 MB; the one of all ecosystems some 700,000 and 4 GB. */
export const importLimits: ImportLimits = { files: 2_000_000, fileSize: 16 * 1024 ** 2, totalSize: 16 * 1024 ** 3 };
