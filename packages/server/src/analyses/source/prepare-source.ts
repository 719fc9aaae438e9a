import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  type AnalysisSource,
  extractTarGz,
  type FetchCommitsOptions,
  fetchCommits,
  type Mirror,
  type RequestedCommit,
  writeTree,
} from '@commandcenter/analyzer';
import type { RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import type { AnalysisRequest } from '../../jobs/analysis-request.ts';
import { readJobSource } from '../../jobs/job-source-queries.ts';
import type { AnalysisDependencies } from '../dependencies.ts';
import { askCodeHost, findSourceAccess, type SourceAccess } from './source-access.ts';
import { requireSshKey, sshFilesOf } from './ssh-key.ts';

export interface PreparedSource {
  head: AnalysisSource;
  base: AnalysisSource | null;
  /** Repository of the source; null when the source was uploaded. */
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

/** Number of commits to fetch: one more than a comprehensive analysis reads, to know whether there are older ones. */
const HISTORY = 5001;

/** Puts the source of an analysis into a folder and passes it to `work`. The source stays until `work` is done. */
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
    async (mirror) => await work(await fetchSource(dependencies, wanted, access, mirror)),
    wanted.signal,
  );
}

/** Unpacks an uploaded archive. It either contains the folder `head` and optionally `base`, or is itself the head. */
async function unpack(archive: AsyncIterable<Buffer>, wanted: SourceRequest): Promise<PreparedSource> {
  const { folder, request, signal } = wanted;
  wanted.onProgress(1, 'Unpacking the source');
  const root = join(folder, 'source');
  await mkdir(root, { mode: 0o700 });
  const { skippedPaths } = await extractTarGz(Readable.from(archive), root, { signal });
  const hasHead = existsSync(join(root, 'head'));
  const sourceOf = (name: string, commit: string | undefined): AnalysisSource => ({
    root: hasHead ? join(root, name) : root,
    skippedPaths,
    gitDirectory: null,
    commit: commit ?? null,
  });
  const hasBase = hasHead && existsSync(join(root, 'base'));
  return {
    head: sourceOf('head', request.commit_sha),
    base: hasBase ? sourceOf('base', request.base_sha) : null,
    repository: null,
    isDefaultBranch: false,
    isPublic: undefined,
  };
}

async function fetchSource(
  dependencies: AnalysisDependencies,
  { request, folder, signal, onProgress }: SourceRequest,
  access: SourceAccess,
  mirror: Mirror,
): Promise<PreparedSource> {
  const { repository } = access;
  const commits = await commitsOf(dependencies, repository, request, signal);
  onProgress(1, 'Fetching the source');
  const [head = '', base] = await fetchCommits({
    ...(await gitOptions(dependencies, access)),
    mirror,
    commits,
    depth: request.depth === 'comprehensive' ? HISTORY : 1,
    signal,
    onProgress: (step, percent) => onProgress(1 + percent / 20, step),
  });
  onProgress(7, 'Writing the source');
  const headFolder = join(folder, 'head');
  await mkdir(headFolder, { mode: 0o700 });
  const { gitDirectory } = mirror;
  const written = await writeTree({ gitDirectory, commit: head, target: headFolder, signal });
  const source = { gitDirectory, paths: written.files.map(({ path }) => path) };
  const prepared: PreparedSource = {
    head: { ...source, root: headFolder, skippedPaths: written.skippedPaths, commit: head },
    base: null,
    repository,
    isDefaultBranch: request.pr_number === undefined && isDefaultBranch(repository, request),
    isPublic: access.isPublic,
  };
  if (base === undefined) return prepared;
  // When base and head are the same commit, nothing is new. That differs from having no base, where everything is.
  if (base === head) return { ...prepared, base: { ...prepared.head } };
  const baseFolder = join(folder, 'base');
  await mkdir(baseFolder, { mode: 0o700 });
  const reuse = { folder: headFolder, files: written.files };
  const { files, skippedPaths } = await writeTree({ gitDirectory, commit: base, target: baseFolder, reuse, signal });
  const paths = files.map(({ path }) => path);
  return { ...prepared, base: { root: baseFolder, paths, skippedPaths, gitDirectory, commit: base } };
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
): Promise<RequestedCommit[]> {
  if (pr_number === undefined) {
    const ref = headRef({ branch });
    const head = commit_sha === undefined ? ref : { sha: commit_sha, ...ref };
    return base_sha === undefined ? [head] : [head, { sha: base_sha }];
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
  if (baseTip === undefined) return [head];
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
  return [head, { sha: mergeBase ?? baseTip }];
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
): Promise<Pick<FetchCommitsOptions, 'url' | 'protocols' | 'proxy' | 'credential' | 'sshKeyFile' | 'knownHostsFile'>> {
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
