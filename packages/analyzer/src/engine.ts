import type { AdvisorySource } from './advisories/source.ts';
import type { Depth } from './depth.ts';
import type { Facts } from './facts.ts';
import type { RawFinding } from './finding.ts';
import type { AnalysisPolicy } from './policy/policy.ts';
import type { SkippedFiles } from './result.ts';
import type { SourceTree } from './tree/source-tree.ts';

/** What an engine saw and what it did not. */
export interface Coverage {
  filesSeen: number;
  skipped: SkippedFiles[];
  /** It saw all it should. A file that is too large or took too long makes it incomplete; a binary one does not. */
  complete: boolean;
  /** Why it is not complete and what to do about it: one line. */
  reason?: string;
  notes?: string[];
}

export interface EngineOutcome {
  findings: RawFinding[];
  facts?: Partial<Facts>;
  coverage: Coverage;
}

export interface EngineContext {
  depth: Depth;
  policy: AnalysisPolicy;
  /** Aborted when the analysis is cancelled or the engine's time is over. */
  signal: AbortSignal;
  now: Date;
  /** What the file pass found with the inspector of this name: by path, only files it had something to say about. */
  inspected<Result>(inspector: string): InspectedFiles<Result>;
  /** Of an engine named in `after`; undefined when it failed or does not belong to the depth. */
  outcomeOf(engine: string): EngineOutcome | undefined;
  /** For the calls of the engine to the outside; null: there is no network, use what is on this machine. */
  fetch: typeof fetch | null;
  /** Null: there is no database of advisories, neither here nor in the network. */
  advisories: AdvisorySource | null;
  /** A private folder of its own, outside of the tree, removed afterwards. */
  temporaryFolder: string;
  /** The git directory the tree comes from; null where it comes from none. */
  gitDirectory: string | null;
  /** The commit that the tree is; null where it is none. */
  commit: string | null;
  /** What an earlier analysis of the same repository kept, by a key that holds all it depends on. Values are JSON. */
  cache: { get(key: string): unknown; set(key: string, value: unknown): void };
}

/** One analysis of one kind. A failure is its own: the others go on, and the result says that it is incomplete. */
export interface Engine {
  /** Kebab case, also the first part of its rules' names. */
  name: string;
  /** Changes whenever the same tree could give another outcome: cached results are dropped then. */
  version: string;
  /** The least depth that includes it. */
  depth: Depth;
  /** Engines whose outcome it needs. */
  after?: readonly string[];
  /** Seconds it may take; default 120. */
  timeLimitSeconds?: number;
  /** Also of paths that the policy excludes; default no. */
  seesExcluded?: true;
  run(tree: SourceTree, context: EngineContext): Promise<EngineOutcome>;
}

/** What an inspector gets to see: one file's bytes. */
export interface FileView {
  path: string;
  bytes: Buffer;
  /** Name of linguist's language; null where there is none. */
  language: string | null;
  /** The bytes as UTF-8; what is not UTF-8 is replaced. Decoded once for all inspectors. */
  text(): string;
}

/**
 * Looks at one file at a time, in a worker thread. The outcome depends on the bytes, the language and the file's name alone, and is
 * cached by them: what depends on the rest of the path belongs to the engine.
 */
export interface FileInspector<Result = unknown> {
  /** That of its engine. */
  name: string;
  version: string;
  depth: Depth;
  /** Whether it wants this file; the bytes are not known yet. */
  wants(file: { path: string; size: number; language: string | null }): boolean;
  /** Larger files are reported as skipped. Bytes; default 2 MiB. */
  sizeLimit?: number;
  /** Also files with NUL bytes in their beginning; default no. */
  binaries?: boolean;
  /** Also files that the policy excludes; default no. */
  seesExcluded?: true;
  /** Once per worker, before its first file: loads grammars and rules. */
  prepare?(): Promise<void>;
  /** JSON, small; undefined: nothing to say. */
  inspect(file: FileView): Result | undefined | Promise<Result | undefined>;
}

export interface InspectedFiles<Result> {
  results: ReadonlyMap<string, Result>;
  /** Of the pass itself, for the engine to hand on. */
  coverage: Coverage;
}
