import type { Depth } from '../depth.ts';
import type { SourceTree } from '../tree/source-tree.ts';

/** A tree of files on this machine, and where it comes from. */
export interface AnalysisSource {
  /** A folder. */
  root: string;
  /** Relative to it; absent: every file in it. */
  paths?: readonly string[];
  leftOut?: SourceTree['leftOut'];
  gitDirectory: string | null;
  /** Full commit id; null where it is none, or has changes on top of it. */
  commit: string | null;
}

/** What an analysis is asked to do: plain data, so that another process can do it. */
export interface AnalyzeSettings {
  /** `owner/name`, or a folder's name: for people, and for what is kept between analyses. */
  repository: string;
  head: AnalysisSource;
  /** What is new is judged against it; null: everything is. */
  base: AnalysisSource | null;
  depth: Depth;
  /** Names: only these of the depth; default all. For measuring. */
  engines?: readonly string[];
  /** RFC 3339. */
  now: string;
  /** `folder`: an imported offline database. `url`: of the OSV API; null: it is not asked. */
  advisories: { folder: string | null; url: string | null };
  /** Where results are kept from one analysis to the next; null: nowhere. Private. */
  cacheFolder: string | null;
  /** Private, empty, removed by the caller. */
  temporaryFolder: string;
}
