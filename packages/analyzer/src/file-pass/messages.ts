import type { Depth } from '../depth.ts';

/** What a worker thread is started with. */
export interface WorkerSetup {
  depth: Depth;
  /** Names of inspectors; null: all of the depth. */
  wanted: readonly string[] | null;
  /** Of a module that exports `inspectors`. */
  inspectorsUrl: string;
  /** Where compiled code is kept; undefined: nowhere. */
  compileCache: string | undefined;
  /** [place in its batch + 1 or 0 while idle, when it was begun in milliseconds modulo 2^31]: how the main thread sees a file that hangs. */
  heartbeat: Int32Array;
}

export interface FileTask {
  path: string;
  size: number;
  language: string | null;
  /** By the policy. */
  excluded: boolean;
}

export type ToWorker =
  | { kind: 'root'; root: string; known: ReadonlyMap<string, number> }
  | { kind: 'batch'; id: number; files: readonly FileTask[] };

/** Of one inspector and file: what it found (null: nothing), or why it did not look. */
export type Inspection = { result: unknown } | { skipped: string; harmless: boolean };

export interface FileReport {
  /** What results of this file are kept under: hash of its bytes, language, name. Undefined: it could not be read. */
  key: string | undefined;
  /** Bit mask of the inspectors that want it. */
  wanted: number;
  /** By place of the inspector. Those that are wanted and absent are known already under `key`. */
  inspections: Record<number, Inspection>;
}

/** `spentMs`: by place of the inspector, what it took for this batch. */
export type FromWorker = { kind: 'batch'; id: number; reports: FileReport[]; spentMs: number[] };
