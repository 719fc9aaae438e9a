import type { Depth } from '../depth.ts';
import type { SourceTree } from '../tree/source-tree.ts';

/** A tree of files on this machine and its origin. */
export interface AnalysisSource {
  /** Path of the folder that contains the files. */
  root: string;
  /** Paths of the files to analyze, relative to `root`; default: all files in it. */
  paths?: readonly string[];
  skippedPaths?: SourceTree['skippedPaths'];
  gitDirectory: string | null;
  /** Full commit hash; null if the tree is not exactly a commit. */
  commit: string | null;
}

/** Input of an analysis: plain data, so that it can be sent to another process. */
export interface AnalyzeSettings {
  /** `owner/name`, or a folder's name; used in reports and as the key of cached results. */
  repository: string;
  head: AnalysisSource;
  /** The tree to compare the head with; null treats all findings as new. */
  base: AnalysisSource | null;
  depth: Depth;
  /** Names of the engines to run, for benchmarks; default: all engines of the depth. */
  engines?: readonly string[];
  /** Time of the analysis as in RFC 3339. */
  now: string;
  /** Sources of advisories: `folder` has an imported offline database; `url` is the address of the OSV API, null never asks the API. */
  advisories: { folder: string | null; url: string | null };
  /** Private folder for cached results; null caches nothing. */
  cacheFolder: string | null;
  /** Private, empty folder for temporary files of the analysis; the caller removes it. */
  temporaryFolder: string;
}
