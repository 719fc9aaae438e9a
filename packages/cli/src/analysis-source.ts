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
  /** A commit, branch or tag; undefined: nothing to compare with. */
  base: string | undefined;
  /** Whether past commits are looked at. */
  history: boolean;
  /** Private, empty. */
  folder: string;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress(step: string): void;
}

export interface OpenedSource {
  /** The working copy on this machine that it is of, or the folder; null: it was fetched. */
  workTree: string | null;
  analysed: {
    /** For people. */
    repository: string;
    head: AnalysisSource;
    base: AnalysisSource | null;
  };
}

const HISTORY = 5001;
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i;
/** What git needs to know of this machine to reach what its user reaches. */
const PASSED_ON = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'HTTPS_PROXY', 'SSH_AUTH_SOCK'];

/** A folder as it stands, or a repository fetched from its address. */
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
      throw new AnalysisError('source.not_a_repository', `${root} is no git repository: there is no base in it.`, {
        hint: 'Leave out --base, or analyse a git repository.',
      });
    }
    return {
      workTree: await realpath(root),
      analysed: { repository, head: { root, gitDirectory: null, commit: null }, base: null },
    };
  }
  const { gitDirectory, commit, paths, workTree } = copy;
  // Of a part of a repository there is no history: its paths are those of the whole.
  const head: AnalysisSource = { root, paths, gitDirectory: copy.folder === '' ? gitDirectory : null, commit };
  if (base === undefined) return { workTree, analysed: { repository, head, base: null } };
  const wanted = await resolveCommit(gitDirectory, base, signal);
  // What the base branch got since this one left it is not this one's doing.
  const left = commit === null ? null : await mergeBase(gitDirectory, wanted, commit, signal);
  onProgress('Writing the base');
  const from = { gitDirectory, folder: copy.folder };
  const written = await writeSource(from, left ?? wanted, join(folder, 'base'), signal);
  return { workTree, analysed: { repository, head, base: written } };
}

async function fetchSource(url: string, options: OpenSourceOptions): Promise<OpenedSource> {
  const { base, history, folder, environment, signal, onProgress } = options;
  onProgress('Fetching the source');
  const mirror = await openMirror(join(folder, 'mirror.git'), signal);
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const wantedBase = base === undefined ? [] : [/^[0-9a-f]{40}$/.test(base) ? { sha: base } : { ref: base }];
  const [head = '', baseCommit] = await fetchCommits({
    mirror,
    url,
    commits: [{}, ...wantedBase],
    protocols: ['https', 'http', 'ssh', 'file'],
    depth: history ? HISTORY : 1,
    environment: Object.fromEntries(passedOn),
    signal,
    onProgress: (step) => onProgress(step),
  });
  onProgress('Writing the source');
  const from = { gitDirectory: mirror.gitDirectory, folder: '' };
  return {
    workTree: null,
    analysed: {
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

/** `owner/name` of an address. */
const nameOf = (address: string): string =>
  address
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split(/[/:]/)
    .slice(-2)
    .join('/');
