import type { Transaction } from '../../database/database.ts';
import { endFollowingJob, lockFollowingJobs } from '../../jobs/following-job-queries.ts';
import { parametersOf, TASK_TO_ISSUE_JOB } from '../../jobs/job-definitions.ts';
import { describeError } from '../../jobs/job-error.ts';
import { outcomeOf, type RequestedLink } from '../task-to-issue-outcome.ts';
import { deleteLinks } from './link-queries.ts';

/**
 * Ends the jobs that follow these links, as far as the links are settled or were removed (`undefined`). Deletes a link that no later edit
 * of its task can make useful.
 */
export async function endFollowingJobs(
  trx: Transaction,
  links: ReadonlyMap<number, RequestedLink | undefined>,
): Promise<void> {
  for (const job of await lockFollowingJobs(trx, [...links.keys()])) {
    const linkId = job.link_id as number;
    const { action } = parametersOf(TASK_TO_ISSUE_JOB, job);
    const outcome = outcomeOf(links.get(linkId), action);
    if (outcome === undefined) continue;
    if (outcome.kind === 'done') await endFollowingJob(trx, job, { status: 'completed', result: outcome.result });
    else await endFollowingJob(trx, job, { status: 'failed', error: describeError(outcome.error) });
    if (outcome.kind === 'refused' && outcome.hopeless) await deleteLinks(trx, [linkId]);
  }
}
