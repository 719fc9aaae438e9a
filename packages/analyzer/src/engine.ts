import type { AdvisorySource } from './advisories/advisory-source.ts';
import type { Depth } from './depth.ts';
import type { Facts } from './facts.ts';
import type { RawFinding } from './finding.ts';
import type { AnalysisPolicy } from './policy/policy.ts';
import type { SkippedFiles } from './result.ts';
import type { SourceTree } from './tree/source-tree.ts';

/** The part of the tree that an engine analyzed, and what it skipped. */
export interface Coverage {
  filesSeen: number;
  skipped: SkippedFiles[];
  /**
   * True if nothing relevant was skipped. A file that is too large or took too long makes it false; a binary file does
   * not.
   */
  complete: boolean;
  /** One line: why it is incomplete and how to fix that. */
  reason?: string;
  notes?: string[];
}

export interface EngineOutcome {
  findings: RawFinding[];
  facts?: Partial<Facts>;
  coverage: Coverage;
}

/** An outcome without findings for an engine that lacks its input. `reason` says why and how to fix that. */
export const incompleteOutcome = (reason: string): EngineOutcome => ({
  findings: [],
  coverage: { filesSeen: 0, skipped: [], complete: false, reason },
});

export interface EngineContext {
  depth: Depth;
  policy: AnalysisPolicy;
  /** Aborted if the analysis is canceled or the engine exceeds its time limit. */
  signal: AbortSignal;
  now: Date;
  /** Returns the file pass's results of the inspector with this name, by path; files without a result are absent. */
  inspected<Result>(inspector: string): InspectedFiles<Result>;
  /** Returns the outcome of an engine that `after` names; undefined if it failed or is not part of this depth. */
  outcomeOf(engine: string): EngineOutcome | undefined;
  /** For the engine's requests to the network; null if there is none, so that only local data can be used. */
  fetch: typeof fetch | null;
  /** Null if neither the API nor an offline database of advisories is available. */
  advisories: AdvisorySource | null;
  /** Private folder of this engine, outside of the tree; deleted afterwards. */
  temporaryFolder: string;
  /** The git directory from which the tree was read; null if it comes from none. */
  gitDirectory: string | null;
  /** Hash of the analyzed commit; null if the tree is not a commit. */
  commit: string | null;
  /**
   * Results kept from earlier analyses of the same repository. A key contains everything on which its value depends;
   * values are JSON.
   */
  cache: { get(key: string): unknown; set(key: string, value: unknown): void };
}

/** An analysis engine, such as `secrets`. If it fails, the other ones continue, and the result is incomplete. */
export interface Engine {
  /** Kebab case; also the prefix of its rule ids. */
  name: string;
  /** Must change if the same tree could yield another outcome, because it is part of the key of cached results. */
  version: string;
  /** The lowest depth that includes the engine. */
  depth: Depth;
  /** Names of engines whose outcomes it needs. */
  after?: readonly string[];
  /** Time limit in seconds; default 120. */
  timeLimitSeconds?: number;
  /** If set, the engine also gets the files that the policy excludes. */
  seesExcluded?: true;
  /** If set, the engine does not run on the base, because its findings are not compared with it. */
  headOnly?: true;
  run(tree: SourceTree, context: EngineContext): Promise<EngineOutcome>;
}

/** One file as an inspector gets it. */
export interface FileView {
  path: string;
  bytes: Buffer;
  /** Language name as in GitHub's linguist; null if unknown. */
  language: string | null;
  /**
   * Decodes the bytes as UTF-8, with replacement characters for invalid sequences. It is decoded once for all
   * inspectors.
   */
  text(): string;
}

/**
 * Inspects one file at a time in a worker thread. A result may depend only on the bytes, the language and the file's
 * name, because it is cached by these: what depends on the folder belongs into the engine.
 */
export interface FileInspector<Result = unknown> {
  /** Name of its engine. */
  name: string;
  version: string;
  depth: Depth;
  /** Selects the files to inspect before their bytes are read. */
  wants(file: { path: string; size: number; language: string | null }): boolean;
  /** Maximum file size in bytes, above which a file is reported as skipped; default 2 MiB. */
  sizeLimit?: number;
  /** If true, it also gets files with NUL bytes near their beginning; default false. */
  binaries?: boolean;
  /** If set, it also gets files that the policy excludes. */
  seesExcluded?: true;
  /** Loads grammars and rules; called once per worker before its first file. */
  prepare?(): Promise<void>;
  /** Returns a small JSON value; undefined if there is no result for this file. */
  inspect(file: FileView): Result | undefined | Promise<Result | undefined>;
}

export interface InspectedFiles<Result> {
  results: ReadonlyMap<string, Result>;
  /** Coverage of the file pass, which the engine includes in its own. */
  coverage: Coverage;
}
