import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError } from './action-error.ts';
import { type Checkout, isSameRepository, readRepositoryName } from './checkout/checkout.ts';
import { fetchCommit } from './checkout/fetch-commit.ts';
import { formatSize, packSource, type Skipped } from './checkout/source-archive.ts';
import type { RunnerEnvironment } from './runner/environment.ts';
import { annotate, logLine } from './runner/log.ts';
import type { Job, Server } from './server/server.ts';
import type { Subject } from './subject.ts';

export interface UploadOptions {
  server: Server;
  environment: RunnerEnvironment;
  checkout: Checkout | null;
  subject: Subject;
  githubToken: string | null;
}

/** Uploads the head and, to compare with, the base from the checkout. Throws `ActionError` if another repository is checked out. */
export async function uploadSource(job: Job, options: UploadOptions): Promise<void> {
  const { server, environment, checkout, subject, githubToken } = options;
  const available = checkout?.repository ?? readRepositoryName(environment.repository);
  const { owner, name } = subject.repository;
  if (available !== null && !isSameRepository(available, subject.repository)) {
    throw new ActionError(
      'incomplete',
      `The server cannot read ${owner}/${name}, and it cannot be uploaded because another repository is checked out. Check it out before this step, or connect a GitHub integration that may read it.`,
    );
  }
  logLine(`The server cannot read the repository itself: ${job.error?.detail ?? 'no reason given'}`);
  const file = join(environment.temporaryFolder, `commandcenter-source-${job.id}.tar.gz`);
  try {
    const archive = await packSource({
      workspace: environment.workspace,
      heads: checkout === null ? null : headCandidates(subject, checkout, environment),
      base: checkout === null ? null : subject.base,
      file,
      fetchCommit: (sha) => fetchCommit(environment.workspace, sha, githubToken),
    });
    logLine(
      `Uploading the checkout: ${archive.files} files${archive.hasBase ? ' with the base' : ''}, ${formatSize(archive.bytes)}`,
    );
    for (const line of describeSkipped(archive.skipped)) logLine(line);
    if (archive.head !== null && subject.commit !== null && archive.head !== subject.commit) {
      annotate(
        'warning',
        `Commit ${subject.commit} is not in the checkout and cannot be fetched. GitHub's merge commit is analyzed instead, in which lines may differ. Set \`fetch-depth: 0\` for actions/checkout.`,
      );
    }
    if (subject.base !== null && !archive.hasBase) {
      annotate(
        'warning',
        `The base commit ${subject.base} is not in the checkout and cannot be fetched, so everything counts as new. Set \`fetch-depth: 0\` for actions/checkout.`,
      );
    }
    await server.uploadSource(job.id, file);
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * Returns the commits that can be analyzed, in the order of preference. For a pull request they include GitHub's merge commit, which a
 * plain `actions/checkout` checks out.
 */
function headCandidates(
  { commit, pullRequest }: Subject,
  { head }: Checkout,
  { eventName, sha }: RunnerEnvironment,
): string[] {
  if (commit === null) return [head];
  // With `pull_request_target` the base is checked out, which does not contain the change, so it is no candidate.
  const isMerge = pullRequest !== null && eventName === 'pull_request' && head === sha;
  return isMerge ? [commit, head] : [commit];
}

function describeSkipped({ large, largeCount, links, submodules, ignored }: Skipped): string[] {
  return [
    ...(largeCount > 0 ? [`Skipped, too large: ${largeCount} files, such as ${large.join(', ')}`] : []),
    ...(links > 0 ? [`Skipped: ${links} symbolic links`] : []),
    ...(submodules > 0 ? [`Skipped: ${submodules} submodules`] : []),
    ...(ignored.length > 0 ? [`Skipped, installed dependencies: ${ignored.join(', ')}`] : []),
  ];
}
