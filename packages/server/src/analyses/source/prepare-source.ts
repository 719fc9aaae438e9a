import {
  type FetchSourceOptions,
  fetchSource,
  type Mirror,
  type OpenedSource,
  type RequestedCommit,
  unpackSource,
} from '@commandcenter/analyzer';
import type { RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import type { AnalysisRequest } from '../../jobs/analysis-request.ts';
import { readJobSource } from '../../jobs/job-source-queries.ts';
import type { AnalysisDependencies } from '../dependencies.ts';
import { askCodeHost, findSourceAccess, type SourceAccess } from './source-access.ts';
import { requireSshKey, sshFilesOf } from './ssh-key.ts';

export interface PreparedSource extends OpenedSource {
  /** Null: of an uploaded source whose repository is not looked at. */
  repository: RepositoryRow | null;
  /** True when the head is the tip of the default branch. */
  isDefaultBranch: boolean;
  /** True when anybody can read the repository; undefined when that is not known. */
  isPublic: boolean | undefined;
}

export interface SourceRequest {
  jobId: number;
  request: AnalysisRequest;
  /** Private, empty folder for the files of the source. */
  folder: string;
  signal: AbortSignal;
  onProgress(percent: number, step: string): void;
}

/** Brings the source to be analysed into a folder, gives it to `work`, and keeps it there until that is done. */
export async function withSource<Result>(
  dependencies: AnalysisDependencies,
  wanted: SourceRequest,
  work: (source: PreparedSource) => Promise<Result>,
): Promise<Result> {
  const uploaded = await readJobSource(dependencies.db, wanted.jobId);
  if (uploaded !== undefined) return await work(await unpack(uploaded, wanted));
  wanted.onProgress(0, 'Finding the source');
  const access = await findSourceAccess(dependencies, wanted.request.repository_id, wanted.signal);
  return await dependencies.mirrors.use(
    mirrorKey(access),
    async (mirror) => await work(await fetchPrepared(dependencies, wanted, access, mirror)),
    wanted.signal,
  );
}

async function unpack(
  archive: AsyncIterable<Buffer>,
  { folder, request, signal, onProgress }: SourceRequest,
): Promise<PreparedSource> {
  onProgress(1, 'Unpacking the source');
  const commits = { head: request.commit_sha, base: request.base_sha };
  const source = await unpackSource(archive, { folder, commits, signal });
  return { ...source, repository: null, isDefaultBranch: false, isPublic: undefined };
}

async function fetchPrepared(
  dependencies: AnalysisDependencies,
  { request, folder, signal, onProgress }: SourceRequest,
  access: SourceAccess,
  mirror: Mirror,
): Promise<PreparedSource> {
  const { repository, isPublic } = access;
  const source = await fetchSource({
    ...(await commitsOf(dependencies, repository, request, signal)),
    ...(await gitOptions(dependencies, access)),
    mirror,
    depth: request.depth,
    folder,
    signal,
    onProgress: (percent, step) => onProgress(1 + percent / 15, step),
  });
  return {
    ...source,
    repository,
    isDefaultBranch: request.pr_number === undefined && isDefaultBranch(repository, request),
    isPublic,
  };
}

/**
 * Returns the key of the git mirror for a source. Each project has its own mirrors, and separate ones for fetches with and without a
 * credential, so that nobody gets a private source that only another may read.
 */
export const mirrorKey = ({ repository, url, credential }: SourceAccess): string =>
  `project ${repository.project_id} ${credential === undefined ? '' : 'with a credential '}${url}`;

/** Returns the commits to fetch: the head and, when there is something to compare with, the base. */
async function commitsOf(
  dependencies: AnalysisDependencies,
  repository: RepositoryRow,
  { commit_sha, base_sha, branch, pr_number }: AnalysisRequest,
  signal: AbortSignal,
): Promise<Pick<FetchSourceOptions, 'head' | 'base'>> {
  if (pr_number === undefined) {
    const ref = headRef({ branch });
    const head: RequestedCommit = commit_sha === undefined ? ref : { sha: commit_sha, ...ref };
    return { head, base: base_sha === undefined ? undefined : { sha: base_sha } };
  }
  const pull =
    commit_sha !== undefined && base_sha !== undefined
      ? undefined
      : await askCodeHost(
          dependencies,
          repository,
          'pull request',
          (codeHost, where, inner) => codeHost.getPullRequest(where, pr_number, inner),
          signal,
        );
  const headSha = commit_sha ?? pull?.headSha;
  const head = headSha === undefined ? { ref: `refs/pull/${pr_number}/head` } : { sha: headSha };
  const baseTip = base_sha ?? pull?.baseSha;
  if (baseTip === undefined) return { head, base: undefined };
  // Compare with the merge base: later commits of the base branch are not changes of the pull request.
  const mergeBase =
    headSha === undefined
      ? undefined
      : await askCodeHost(
          dependencies,
          repository,
          'merge base',
          (codeHost, where, inner) => codeHost.getMergeBase(where, baseTip, headSha, inner),
          signal,
        );
  return { head, base: { sha: mergeBase ?? baseTip } };
}

/** Returns the ref of a branch, or no ref for the default branch. */
export function headRef({ branch }: { branch?: string | undefined }): { ref?: string } {
  if (branch === undefined) return {};
  return { ref: branch.startsWith('refs/') ? branch : `refs/heads/${branch}` };
}

const isDefaultBranch = (
  { default_branch, head_sha }: RepositoryRow,
  { branch, commit_sha }: AnalysisRequest,
): boolean => (branch === undefined ? commit_sha === undefined || commit_sha === head_sha : branch === default_branch);

/**
 * Returns the git options for a repository: the egress proxy, the ssh key of the project and, if there is one, the credential of the
 * repository's integration. Throws `AnalysisError` `source.auth` when ssh is needed and the project has no key.
 */
export async function gitOptions(
  { proxy, folders }: AnalysisDependencies,
  { repository: { project_id }, url, credential }: SourceAccess,
): Promise<Pick<FetchSourceOptions, 'url' | 'protocols' | 'proxy' | 'credential' | 'sshKeyFile' | 'knownHostsFile'>> {
  requireSshKey(folders.ssh, project_id, url);
  const { keyFile, knownHostsFile } = sshFilesOf(folders.ssh, project_id);
  return {
    url,
    // The egress guard stops plain http unless EGRESS_ALLOW names the host.
    protocols: ['https', 'ssh', 'http'],
    proxy: (await proxy()).url,
    ...(credential === undefined ? {} : { credential }),
    // Set also when these files do not exist, so that ssh never uses the keys and known hosts of the system user.
    sshKeyFile: keyFile,
    knownHostsFile,
  };
}
