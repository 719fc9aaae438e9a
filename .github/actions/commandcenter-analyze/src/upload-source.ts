import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkout } from './checkout/checkout.ts';
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
  say(`The server cannot read the repository itself: ${job.error?.detail ?? 'no reason given'}`);
  const file = join(environment.temporaryFolder, `commandcenter-source-${job.id}.tar.gz`);
  try {
    const archive = await packSource({
      workspace: environment.workspace,
      head: checkout === null ? null : (subject.commit ?? checkout.head),
      base: checkout === null ? null : subject.base,
      file,
      fetchCommit: (sha) => fetchCommit(environment.workspace, sha, githubToken),
    });
    say(
      `Uploading the checkout: ${archive.files} files${archive.hasBase ? ' with the base' : ''}, ${sizeInWords(archive.bytes)}`,
    );
    for (const line of leftOutLines(archive.leftOut)) say(line);
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

function leftOutLines({ large, largeCount, links, submodules, ignored }: LeftOut): string[] {
  return [
    ...(largeCount > 0 ? [`Left out as too large: ${largeCount} files, such as ${large.join(', ')}`] : []),
    ...(links > 0 ? [`Left out: ${links} symbolic links`] : []),
    ...(submodules > 0 ? [`Left out: ${submodules} submodules`] : []),
    ...(ignored.length > 0 ? [`Left out as installed, not source: ${ignored.join(', ')}`] : []),
  ];
}
