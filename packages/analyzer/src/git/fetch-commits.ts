import { AnalysisError } from '../errors.ts';
import { treeLimits } from '../tree/tree-limits.ts';
import { fetchFailure, toSourceError } from './fetch-failure.ts';
import { type Mirror, packedSize, prepareMirror, renewMirror } from './mirror.ts';
import { type AccessOptions, gitAccess, secretsToRedact } from './remote-access.ts';
import { parseRemote, type Remote, type RemoteProtocol } from './remote-url.ts';
import {
  type CommitRequest,
  type RequestedCommit,
  TEMPORARY_REFS,
  temporaryRef,
  toCommitRequest,
  validateRef,
} from './requested-commit.ts';
import { findCommit } from './resolve-commit.ts';
import { runGit } from './run-git.ts';

export interface FetchCommitsOptions extends AccessOptions {
  mirror: Mirror;
  url: string;
  commits: readonly RequestedCommit[];
  protocols: readonly RemoteProtocol[];
  /** Number of commits of history to fetch for each commit; default 1, which is the commit alone. */
  depth?: number;
  /** Maximum number of bytes to add; default 2 GiB. */
  sizeLimit?: number;
  /** Time limit of each fetch in milliseconds; default 10 minutes. */
  timeLimitMs?: number;
  signal: AbortSignal;
  /** Called with the step of the fetch as git names it, such as `Receiving objects`, and its progress in percent. */
  onProgress?(step: string, percent: number): void;
}

const TIME_LIMIT_MS = 600_000;
const CHECK_INTERVAL_MS = 500;
const KEPT = 'refs/commandcenter/commits';
/** Depths to try if a server does not deliver a commit by its hash. */
const DEPTHS = [1, 50, Number.POSITIVE_INFINITY];

/**
 * Fetches commits into the mirror and returns their full hashes in the same order. Commits that the mirror already has
 * are not fetched again. Throws AnalysisError with a hint: `source.bad_url`, `source.unreachable`, `source.auth`,
 * `source.not_found`, `source.not_a_repository`, `source.unknown_commit`, `source.empty`, `source.timeout` or
 * `source.too_large`.
 */
export async function fetchCommits(options: FetchCommitsOptions): Promise<string[]> {
  const { mirror, signal } = options;
  const remote = parseRemote(options.url, options.protocols);
  const wanted = options.commits.map(toCommitRequest);
  return await mirror.exclusively(async () => {
    try {
      await prepareMirror(mirror.gitDirectory, signal);
      return await fetchAll(remote, wanted, options).catch(async (error) => {
        if (fetchFailure(error) !== 'damaged') throw error;
        await renewMirror(mirror.gitDirectory, signal);
        return await fetchAll(remote, wanted, options);
      });
    } catch (error) {
      throw toSourceError(error, remote.url, secretsToRedact(remote, options));
    }
  }, signal);
}

async function fetchAll(
  remote: Remote,
  wanted: readonly CommitRequest[],
  options: FetchCommitsOptions,
): Promise<string[]> {
  const {
    mirror: { gitDirectory },
    depth = 1,
    signal,
  } = options;
  const missing: CommitRequest[] = [];
  for (const commit of wanted) {
    const isFetched =
      commit.sha !== undefined &&
      depth === 1 &&
      (await findCommit(gitDirectory, `${KEPT}/${commit.sha}`, signal)) !== null;
    if (!isFetched) missing.push(commit);
  }
  try {
    if (missing.length > 0)
      await callFetch(
        remote,
        missing.map(({ source }) => `+${source}:${temporaryRef(source)}`),
        depth,
        options,
      );
  } catch (error) {
    const failure = fetchFailure(error);
    if (failure === 'unknown_ref' && missing.every(({ source }) => source === 'HEAD')) throw empty(remote);
    if (failure !== 'refused' && failure !== 'not_shallow') throw error;
    await fetchBranches(
      remote,
      missing,
      failure === 'not_shallow' || depth > 1 ? [Number.POSITIVE_INFINITY] : DEPTHS,
      options,
    );
  }
  const ids: string[] = [];
  for (const { sha, source } of wanted) {
    const id = await findCommit(gitDirectory, sha ?? temporaryRef(source), signal);
    if (id === null) throw unknownCommit(remote, source);
    await runGit(['update-ref', `${KEPT}/${id}`, id], { gitDirectory, signal });
    ids.push(id);
  }
  return ids;
}

/**
 * Fetches branches from servers that deliver only commits to which branches point: the named branches or all, with
 * increasing depth.
 */
async function fetchBranches(
  remote: Remote,
  missing: readonly CommitRequest[],
  depths: readonly number[],
  options: FetchCommitsOptions,
): Promise<void> {
  const {
    mirror: { gitDirectory },
    signal,
  } = options;
  const refs = missing.every(({ sha, ref }) => sha === undefined || ref !== undefined)
    ? missing.map(({ sha, ref, source }) => (sha === undefined || ref === undefined ? source : validateRef(ref)))
    : ['refs/heads/*', ...missing.filter(({ sha }) => sha === undefined).map(({ source }) => source)];
  const refspecs = [...new Set(refs)].map(
    (ref) => `+${ref}:${ref.endsWith('*') ? `${TEMPORARY_REFS}/heads/*` : temporaryRef(ref)}`,
  );
  for (const depth of depths) {
    await callFetch(remote, refspecs, depth, options);
    const found = await Promise.all(
      missing.map(({ sha }) => sha === undefined || findCommit(gitDirectory, sha, signal)),
    );
    if (found.every((one) => one !== null)) return;
  }
  const { output } = await runGit(['for-each-ref', '--count=1', TEMPORARY_REFS], { gitDirectory, signal });
  if (output.length > 0) return;
  // To git, any web page looks like a repository without branches.
  throw new AnalysisError(
    'source.not_a_repository',
    `What answers at ${remote.url} is no git repository, or an empty one.`,
    {
      hint: 'Give the address that `git clone` takes.',
    },
  );
}

async function callFetch(
  remote: Remote,
  refspecs: readonly string[],
  depth: number,
  options: FetchCommitsOptions,
): Promise<void> {
  const {
    mirror: { gitDirectory },
    sizeLimit = treeLimits.totalSize,
    signal,
    onProgress,
  } = options;
  const access = gitAccess(remote, options);
  const before = (await packedSize(gitDirectory)).bytes;
  const tooLarge = new AbortController();
  const watch = setInterval(() => {
    void packedSize(gitDirectory).then(({ bytes }) => {
      if (bytes - before > sizeLimit) tooLarge.abort();
    });
  }, CHECK_INTERVAL_MS);
  try {
    await runGit(
      [
        ...access.settings,
        'fetch',
        '--progress',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-recurse-submodules',
        '--refmap=',
        ...(await depthArguments(gitDirectory, depth, signal)),
        remote.url,
        ...refspecs,
      ],
      {
        gitDirectory,
        protocols: options.protocols,
        environment: access.environment,
        timeLimitMs: options.timeLimitMs ?? TIME_LIMIT_MS,
        signal: AbortSignal.any([signal, tooLarge.signal]),
        onErrorOutput: (text) => {
          const [, step, percent] = /(Receiving objects|Resolving deltas):\s+(\d+)%/.exec(text) ?? [];
          if (step !== undefined) onProgress?.(step, Number(percent));
        },
      },
    );
  } catch (error) {
    if (!tooLarge.signal.aborted || signal.aborted) throw error;
    throw new AnalysisError('source.too_large', `${remote.url} sent more than ${sizeLimit} bytes.`, {
      hint: 'Keep large files out of the repository, or analyze a checked-out copy of it.',
    });
  } finally {
    clearInterval(watch);
  }
}

async function depthArguments(gitDirectory: string, depth: number, signal: AbortSignal): Promise<string[]> {
  if (Number.isFinite(depth)) return [`--depth=${depth}`];
  const { output } = await runGit(['rev-parse', '--is-shallow-repository'], { gitDirectory, signal });
  return output.toString().trim() === 'true' ? ['--unshallow'] : [];
}

const unknownCommit = ({ url }: Remote, source: string): AnalysisError =>
  new AnalysisError('source.unknown_commit', `${url} does not have ${source}.`, {
    hint: 'It may have been removed by a forced push: ask for a commit that a branch has.',
  });

/** Error for a repository without commits. git reports the same for an ordinary web page, so the message leaves it open. */
const empty = ({ url }: Remote): AnalysisError =>
  new AnalysisError('source.empty', `${url} has no commits yet, if it is a git repository.`, {
    hint: 'Push a commit to it first, or give the address that `git clone` takes.',
  });
