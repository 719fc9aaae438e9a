import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  AnalysisError,
  type AnalysisSource,
  fetchCommits,
  listWorkingCopy,
  mergeBase,
  openMirror,
  resolveCommit,
  writeTree,
} from '@commandcenter/analyzer';

export interface OpenSourceOptions {
  /** Commit, branch or tag to compare with; undefined for no comparison. */
  base: string | undefined;
  /** True if the analysis also reads past commits. */
  history: boolean;
  /** Private and empty folder into which the fetched repository and the base are written. */
  folder: string;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress(step: string): void;
}

export interface OpenedSource {
  /** Root folder of the working copy or folder on this machine; null if the source was fetched. */
  workTree: string | null;
  sources: {
    /** Name of the repository for people, such as `owner/name`. */
    repository: string;
    head: AnalysisSource;
    base: AnalysisSource | null;
  };
}

/** Number of commits of the history to fetch: the 5,000 that are analyzed, and one more to know if there are older ones. */
const HISTORY_DEPTH = 5001;
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i;
/** Environment variables that git needs to use the same proxy and ssh agent as the user. */
const PASSED_VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'HTTPS_PROXY', 'SSH_AUTH_SOCK'];

/** Opens a folder as it is, or fetches the repository at an address. */
export function openAnalysisSource(place: string, options: OpenSourceOptions): Promise<OpenedSource> {
  return ADDRESS.test(place) && !existsSync(place) ? fetchSource(place, options) : openFolder(resolve(place), options);
}

async function openFolder(
  root: string,
  { base, folder, signal, onProgress }: OpenSourceOptions,
): Promise<OpenedSource> {
  onProgress('Listing files');
  const copy = await listWorkingCopy(root, signal);
  const repository = copy?.remote == null ? basename(root) : nameOf(copy.remote);
  if (copy === null) {
    if (base !== undefined) {
      throw new AnalysisError(
        'source.not_a_repository',
        `${root} is not a git repository, so it has no base to compare with.`,
        {
          hint: 'Leave out --base, or analyze a git repository.',
        },
      );
    }
    return {
      workTree: await realpath(root),
      sources: { repository, head: { root, gitDirectory: null, commit: null }, base: null },
    };
  }
  const { gitDirectory, commit, paths, workTree } = copy;
  // Read no history for a folder inside a repository, because history names paths relative to the root.
  const head: AnalysisSource = { root, paths, gitDirectory: copy.folder === '' ? gitDirectory : null, commit };
  if (base === undefined) return { workTree, sources: { repository, head, base: null } };
  const baseCommit = await resolveCommit(gitDirectory, base, signal);
  // Compare with the merge base, so that newer commits of the base branch do not count as changes of this branch.
  const forkPoint = commit === null ? null : await mergeBase(gitDirectory, baseCommit, commit, signal);
  onProgress('Writing the base');
  const from = { gitDirectory, folder: copy.folder };
  const baseSource = await writeSource(from, forkPoint ?? baseCommit, join(folder, 'base'), signal);
  return { workTree, sources: { repository, head, base: baseSource } };
}

async function fetchSource(url: string, options: OpenSourceOptions): Promise<OpenedSource> {
  const { base, history, folder, environment, signal, onProgress } = options;
  onProgress('Fetching the source');
  const mirror = await openMirror(join(folder, 'mirror.git'), signal);
  const passedVariables = PASSED_VARIABLES.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const wantedBase = base === undefined ? [] : [/^[0-9a-f]{40}$/.test(base) ? { sha: base } : { ref: base }];
  const [head = '', baseCommit] = await fetchCommits({
    mirror,
    url,
    commits: [{}, ...wantedBase],
    protocols: ['https', 'http', 'ssh', 'file'],
    depth: history ? HISTORY_DEPTH : 1,
    environment: Object.fromEntries(passedVariables),
    signal,
    onProgress: (step) => onProgress(step),
  });
  onProgress('Writing the source');
  const from = { gitDirectory: mirror.gitDirectory, folder: '' };
  return {
    workTree: null,
    sources: {
      repository: nameOf(url),
      head: await writeSource(from, head, join(folder, 'head'), signal),
      base: baseCommit === undefined ? null : await writeSource(from, baseCommit, join(folder, 'base'), signal),
    },
  };
}

async function writeSource(
  { gitDirectory, folder }: { gitDirectory: string; folder: string },
  commit: string,
  target: string,
  signal: AbortSignal,
): Promise<AnalysisSource> {
  await mkdir(target, { mode: 0o700 });
  const { files, skippedPaths } = await writeTree({ gitDirectory, commit, target, folder, signal });
  return { root: target, paths: files.map(({ path }) => path), skippedPaths, gitDirectory, commit };
}

/** Returns the last two parts of an address, usually `owner/name`. */
const nameOf = (address: string): string =>
  address
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split(/[/:]/)
    .slice(-2)
    .join('/');
