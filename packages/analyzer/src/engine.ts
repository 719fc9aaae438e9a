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
  /** True if the engine skipped nothing relevant. A file that is too large or took too long makes it false; a binary file does not. */
  complete: boolean;
  /** Reason in one line why the engine's coverage is incomplete, and how to fix that. */
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
  /** Signal that is aborted if the analysis is canceled or the engine exceeds its time limit. */
  signal: AbortSignal;
  now: Date;
  /** Returns the file pass's results of the inspector with this name, by path; files without a result are absent. */
  inspected<Result>(inspector: string): InspectedFiles<Result>;
  /** Returns the outcome of another engine, which `after` must name; undefined if that engine failed or is not part of this depth. */
  outcomeOf(engine: string): EngineOutcome | undefined;
  /** Function for the engine's requests to the network; null if there is no network, so that only local data can be used. */
  fetch: typeof fetch | null;
  /** Source of advisories; null if neither the API nor an offline database is available. */
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
  /** Name of the engine in kebab case; also the prefix of its rule ids. */
  name: string;
  /** Version of the engine, part of the key of cached results. It must change if the same tree could yield another outcome. */
  version: string;
  /** The lowest depth that includes the engine. */
  depth: Depth;
  /** Names of the other engines whose outcomes this engine needs. */
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
  /** Name of the engine to which the inspector belongs. */
  name: string;
  version: string;
  depth: Depth;
  /** Selects the files to inspect before their bytes are read. */
  wants(file: { path: string; size: number; language: string | null }): boolean;
  /** Maximum file size in bytes, above which a file is reported as skipped; default 2 MiB. */
  sizeLimit?: number;
  /** If true, the inspector also gets files with NUL bytes near their beginning; default false. */
  binaries?: boolean;
  /** If set, the inspector also gets files that the policy excludes. */
  seesExcluded?: true;
  /** Loads the inspector's grammars and rules; called once per worker before its first file. */
  prepare?(): Promise<void>;
  /** Inspects one file; returns a small JSON value, or undefined if there is no result for this file. */
  inspect(file: FileView): Result | undefined | Promise<Result | undefined>;
}

export interface InspectedFiles<Result> {
  results: ReadonlyMap<string, Result>;
  /** Coverage of the file pass, which the engine includes in its own. */
  coverage: Coverage;
}
