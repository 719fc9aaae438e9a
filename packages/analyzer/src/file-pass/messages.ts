import type { Depth } from '../depth.ts';

/** Initial data of a worker thread that inspects files. */
export interface WorkerSetup {
  depth: Depth;
  /** Names of the inspectors to run; null runs all inspectors of the depth. */
  wanted: readonly string[] | null;
  /** URL of a module that exports the list `inspectors`. */
  inspectorsUrl: string;
  /** Folder of Node's compile cache; undefined if there is none. */
  compileCache: string | undefined;
  /**
   * Lets the main thread detect a file that hangs: [index in the batch plus 1, or 0 while idle; start time in
   * milliseconds modulo 2^31].
   */
  heartbeat: Int32Array;
}

export interface FileTask {
  path: string;
  size: number;
  language: string | null;
  /** True if the policy excludes the file. */
  excluded: boolean;
}

export type ToWorker =
  | { kind: 'root'; root: string; cached: ReadonlyMap<string, number> }
  | { kind: 'batch'; id: number; files: readonly FileTask[] };

/** Outcome of one inspector for one file: its result (null if there is none), or why it skipped the file. */
export type Inspection = { result: unknown } | { skipped: string; harmless: boolean };

export interface FileReport {
  /** Cache key of the file's results: hash of the file's bytes, language, and name. Undefined if the file could not be read. */
  key: string | undefined;
  /** Bit mask of the inspectors that select the file. */
  wanted: number;
  /** Outcomes for the file by the inspector's index. A selected inspector without an entry has a cached result under `key`. */
  inspections: Record<number, Inspection>;
}

/**
 * Message of a worker thread when it has inspected a batch of files. `spentMs` has the time that each inspector took for this batch, by
 * its index.
 */
export type FromWorker = { kind: 'batch'; id: number; reports: FileReport[]; spentMs: number[] };
