import { createHash } from 'node:crypto';
import type { Inputs } from './runner/inputs.ts';
import { logLine } from './runner/log.ts';
import type { Job, JobRequest, Server } from './server/server.ts';
import type { Subject } from './subject.ts';

/** An analysis that the server has accepted as a job. */
export interface RequestedAnalysis {
  job: Job;
  /** True if this step created the job, and may therefore cancel it. */
  created: boolean;
  subject: Subject;
}

/** Time limit in milliseconds for the request to cancel the job. The runner kills the step 10 seconds after it asked the step to stop. */
const CANCEL_TIMEOUT_MS = 4000;

/** Requests the analysis of a commit from the server. The server registers a repository that it does not know yet. */
export async function requestAnalysis(
  server: Server,
  inputs: Inputs,
  subject: Subject,
  stepKey: string,
): Promise<RequestedAnalysis> {
  const send = async (requestedSubject: Subject): Promise<RequestedAnalysis> => {
    const request = requestOf(inputs, requestedSubject);
    const key = createHash('sha256')
      .update(`${stepKey}\n${JSON.stringify(request)}`)
      .digest('hex');
    return { ...(await server.createJob(request, key)), subject: requestedSubject };
  };
  const requested = await send(subject);
  const { repository } = requested.job.parameters as { repository?: Subject['repository'] };
  if (inputs.repositoryId === null || repository === undefined) return logRequest(requested);
  const serverName = `${repository.owner}/${repository.name}`.toLowerCase();
  if (serverName === `${subject.repository.owner}/${subject.repository.name}`.toLowerCase())
    return logRequest(requested);
  // The input `repository-id` belongs to another repository than the one that is checked out. That repository does not have the commits
  // of the checkout, so request the analysis of its default branch.
  await cancelOwn(server, requested);
  logLine(
    `repository-id ${inputs.repositoryId} is ${repository.owner}/${repository.name}, which is not checked out. Its default branch is analyzed.`,
  );
  return logRequest(
    await send({ ...subject, repository, commit: null, base: null, branch: null, pullRequest: null, isOwn: false }),
  );
}

function logRequest(requested: RequestedAnalysis): RequestedAnalysis {
  const { job, created, subject } = requested;
  const { owner, name } = subject.repository;
  const at = subject.commit === null ? '' : ` at ${subject.commit.slice(0, 12)}`;
  const base = subject.base === null ? '' : `, compared with ${subject.base.slice(0, 12)}`;
  logLine(`Analysis of ${owner}/${name}${at}${base}: job ${job.id}${created ? '' : ', which was already requested'}`);
  return requested;
}

/** Cancels the job, unless another run had requested it before. */
export async function cancelOwn(server: Server, { job, created }: RequestedAnalysis): Promise<void> {
  if (!created) return;
  try {
    await server.cancelJob(job.id, { timeoutMs: CANCEL_TIMEOUT_MS });
    logLine(`Job ${job.id} cancelled.`);
  } catch (error) {
    logLine(
      `Job ${job.id} could not be cancelled and continues: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
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
