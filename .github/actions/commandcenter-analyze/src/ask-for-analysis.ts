import { createHash } from 'node:crypto';
import { cancelOwn } from './await-job.ts';
import type { Inputs } from './runner/inputs.ts';
import { say } from './runner/log.ts';
import type { Job, JobRequest, Server } from './server/server.ts';
import type { Subject } from './subject.ts';

/** An analysis that was asked for. */
export interface Asked {
  job: Job;
  /** This step made it, so that its end is this step's to decide. */
  created: boolean;
  subject: Subject;
}

/** Asks for the analysis of the subject; a repository that the server does not know yet is registered by that. */
export async function askForAnalysis(
  server: Server,
  inputs: Inputs,
  subject: Subject,
  stepKey: string,
): Promise<Asked> {
  const ask = async (what: Subject): Promise<Asked> => {
    const request = requestOf(inputs, what);
    const key = createHash('sha256')
      .update(`${stepKey}\n${JSON.stringify(request)}`)
      .digest('hex');
    return { ...(await server.createJob(request, key)), subject: what };
  };
  const asked = await ask(subject);
  const { repository } = asked.job.parameters as { repository?: Subject['repository'] };
  if (inputs.repositoryId === null || repository === undefined) return told(asked);
  const same = `${repository.owner}/${repository.name}`.toLowerCase();
  if (same === `${subject.repository.owner}/${subject.repository.name}`.toLowerCase()) return told(asked);
  // Another repository than what is checked out: its commits are others.
  await cancelOwn(server, asked);
  say(
    `repository-id ${inputs.repositoryId} is ${repository.owner}/${repository.name}, which is not what is checked out: its default branch is analysed.`,
  );
  return told(
    await ask({ ...subject, repository, commit: null, base: null, branch: null, pullRequest: null, isOwn: false }),
  );
}

function told(asked: Asked): Asked {
  const { job, created, subject } = asked;
  const { owner, name } = subject.repository;
  const at = subject.commit === null ? '' : ` at ${subject.commit.slice(0, 12)}`;
  const base = subject.base === null ? '' : `, compared with ${subject.base.slice(0, 12)}`;
  say(`Analysis of ${owner}/${name}${at}${base}: job ${job.id}${created ? '' : ', which was asked for before'}`);
  return asked;
}

function requestOf({ projectId, repositoryId, depth, reportLink }: Inputs, subject: Subject): JobRequest {
  const { repository, commit, base, branch, pullRequest, fresh } = subject;
  return {
    project_id: projectId,
    job_type: 'repository_analysis',
    parameters: {
      ...(repositoryId === null ? { repository } : { repository_id: repositoryId }),
      depth,
      ...(commit === null ? {} : { commit_sha: commit }),
      ...(base === null ? {} : { base_sha: base }),
      ...(branch === null ? {} : { branch }),
      ...(pullRequest === null ? {} : { pr_number: pullRequest }),
      ...(fresh ? { fresh } : {}),
      ...(reportLink === 'auto' ? {} : { report_link: reportLink }),
    },
  };
}
