import { join } from 'node:path';
import { type Depth, HISTORY_COMMITS, includesDepth } from '../depth.ts';
import { type FetchCommitsOptions, fetchCommits } from '../git/fetch-commits.ts';
import type { RequestedCommit } from '../git/requested-commit.ts';
import { type OpenedSource, writeSource } from './opened-source.ts';

export interface FetchSourceOptions extends Omit<FetchCommitsOptions, 'commits' | 'depth' | 'onProgress'> {
  head: RequestedCommit;
  /** The commit to compare with; undefined for no comparison. */
  base: RequestedCommit | undefined;
  /** Depth of the analysis, which decides how much history is fetched. */
  depth: Depth;
  /** Private folder, in which the folders `head` and `base` are made. */
  folder: string;
  /** Progress from 0 to 100. */
  onProgress(percent: number, step: string): void;
}

/** Share of the progress that fetching takes. */
const FETCH_PART = 0.9;

/**
 * Fetches the commits of an analysis into the mirror and writes their files. Throws like `fetchCommits` and `writeTree`.
 */
export async function fetchSource({
  head: wantedHead,
  base: wantedBase,
  depth,
  folder,
  onProgress,
  ...fetchOptions
}: FetchSourceOptions): Promise<OpenedSource> {
  const { signal } = fetchOptions;
  const { gitDirectory } = fetchOptions.mirror;
  onProgress(0, 'Fetching the source');
  const [head = '', base] = await fetchCommits({
    ...fetchOptions,
    commits: wantedBase === undefined ? [wantedHead] : [wantedHead, wantedBase],
    // One commit more than the analysis reads shows whether there are older ones.
    depth: includesDepth(depth, 'comprehensive') ? HISTORY_COMMITS + 1 : 1,
    onProgress: (step, percent) => onProgress(percent * FETCH_PART, step),
  });
  onProgress(100 * FETCH_PART, 'Writing the source');
  const target = join(folder, 'head');
  const { source, files } = await writeSource({ gitDirectory, commit: head, target, signal });
  if (base === undefined) return { head: source, base: null };
  // Compared with itself nothing is new, while without a base everything is.
  if (base === head) return { head: source, base: { ...source } };
  const reuse = { folder: target, files };
  const written = await writeSource({ gitDirectory, commit: base, target: join(folder, 'base'), reuse, signal });
  return { head: source, base: written.source };
}
