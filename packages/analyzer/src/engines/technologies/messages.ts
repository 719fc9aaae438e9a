import type { Technology } from '../../facts.ts';

/** Initial data of the worker thread. */
export interface DetectionSetup {
  /** Paths of all files in the tree. */
  paths: readonly string[];
}

export type FromDetection =
  /** Requests the content of a file. */
  { kind: 'open'; path: string } | { kind: 'done'; technologies: Technology[]; failed: string[] };

/** Null if the file cannot be read. */
export type ToDetection = { path: string; text: string | null };
