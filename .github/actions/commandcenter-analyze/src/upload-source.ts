import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError } from './action-error.ts';
import { type Checkout, isSameRepository, readRepositoryName } from './checkout/checkout.ts';
import { fetchCommit } from './checkout/fetch-commit.ts';
import { type LeftOut, packSource, sizeInWords } from './checkout/source-archive.ts';
import type { RunnerEnvironment } from './runner/environment.ts';
import { annotate, say } from './runner/log.ts';
import type { Job, Server } from './server/server.ts';
import type { Subject } from './subject.ts';

export interface UploadOptions {
  server: Server;
  environment: RunnerEnvironment;
  checkout: Checkout | null;
  subject: Subject;
  githubToken: string | null;
}

/** Gives the server what it cannot fetch itself: the head and, to compare with, the base, from the checkout. */
export async function uploadSource(job: Job, options: UploadOptions): Promise<void> {
  const { server, environment, checkout, subject, githubToken } = options;
  const here = checkout?.repository ?? readRepositoryName(environment.repository);
  const { owner, name } = subject.repository;
  if (here !== null && !isSameRepository(here, subject.repository)) {
    throw new ActionError(
      'incomplete',
      `The server cannot read ${owner}/${name}, and it is not what is checked out, so that it cannot be uploaded. Check it out before this step, or connect a GitHub integration that may read it.`,
    );
  }
  say(`The server cannot read the repository itself: ${job.error?.detail ?? 'no reason given'}`);
  const file = join(environment.temporaryFolder, `commandcenter-source-${job.id}.tar.gz`);
  try {
    const archive = await packSource({
      workspace: environment.workspace,
      heads: checkout === null ? null : headsOf(subject, checkout, environment),
      base: checkout === null ? null : subject.base,
      file,
      fetchCommit: (sha) => fetchCommit(environment.workspace, sha, githubToken),
    });
    say(
      `Uploading the checkout: ${archive.files} files${archive.hasBase ? ' with the base' : ''}, ${sizeInWords(archive.bytes)}`,
    );
    for (const line of leftOutLines(archive.leftOut)) say(line);
    if (archive.head !== null && subject.commit !== null && archive.head !== subject.commit) {
      annotate(
        'warning',
        `Commit ${subject.commit} is not in the checkout and cannot be fetched: GitHub's merge of it is analysed in its place, where lines may differ. Set \`fetch-depth: 0\` at actions/checkout.`,
      );
    }
    if (subject.base !== null && !archive.hasBase) {
      annotate(
        'warning',
        `Commit ${subject.base}, which this is compared with, is not in the checkout and cannot be fetched: everything counts as new. Set \`fetch-depth: 0\` at actions/checkout.`,
      );
    }
    await server.uploadSource(job.id, file);
  } finally {
    await rm(file, { force: true });
  }
}

/** What is wanted; of a pull request also GitHub's merge of it, which is what a plain `actions/checkout` has. */
function headsOf(
  { commit, pullRequest }: Subject,
  { head }: Checkout,
  { eventName, sha }: RunnerEnvironment,
): string[] {
  if (commit === null) return [head];
  // With `pull_request_target` the checkout is of the base, which says nothing about the change.
  const isMerge = pullRequest !== null && eventName === 'pull_request' && head === sha;
  return isMerge ? [commit, head] : [commit];
}

function leftOutLines({ large, largeCount, links, submodules, ignored }: LeftOut): string[] {
  return [
    ...(largeCount > 0 ? [`Left out as too large: ${largeCount} files, such as ${large.join(', ')}`] : []),
    ...(links > 0 ? [`Left out: ${links} symbolic links`] : []),
    ...(submodules > 0 ? [`Left out: ${submodules} submodules`] : []),
    ...(ignored.length > 0 ? [`Left out as installed, not source: ${ignored.join(', ')}`] : []),
  ];
}
