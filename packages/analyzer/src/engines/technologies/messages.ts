import type { Technology } from '../../facts.ts';

/** What the thread is started with. */
export interface DetectionSetup {
  /** Of every file of the tree. */
  paths: readonly string[];
}

export type FromDetection =
  /** It asks for the text of a file. */
  { kind: 'open'; path: string } | { kind: 'done'; technologies: Technology[]; failed: string[] };

/** Null: it cannot be had. */
export type ToDetection = { path: string; text: string | null };
