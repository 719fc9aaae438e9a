import { setTimeout as sleep } from 'node:timers/promises';
import type { RepositoryRef } from '@commandcenter/integration-kit';
import type { Actor } from '../../accounts/actor.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { conflict, notFound } from '../../errors.ts';
import { findIntegration } from '../../integrations/integration-queries.ts';
import { grantRepositories } from '../../integrations/repositories/repository-grant-queries.ts';
import { saveRepository } from '../../integrations/repositories/save-repository-queries.ts';
import { TASK_TO_ISSUE_JOB } from '../../jobs/job-definitions.ts';
import { createJob } from '../../jobs/job-queries.ts';
import { canonicalNames } from '../../tasks/canonical-text.ts';
import { isPriorityLabel, priorityOfLabels } from '../../tasks/priority.ts';
import type { TaskFields } from '../../tasks/task.ts';
import { databaseTime } from '../../tasks/task-queries.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { defaultLabelsOf, type SyncIntegration } from '../inbound/incoming-change.ts';
import { LinkBatch } from '../link/link-batch.ts';
import {
  deleteLinks,
  findLink,
  insertLinks,
  lockLinks,
  lockLinksOfTask,
  reserveLinkIds,
} from '../link/link-queries.ts';
import { isAtRest, isFollowed } from '../link/link-state.ts';
import { emptyLink } from '../link/open-link-batch.ts';
import { queueIntents } from '../outbound/outbox-queries.ts';
import { foldPriorityLabels } from '../reconcile/projection.ts';
import { factsSeenNow } from '../repositories/repository-facts.ts';
import {
  outcomeOf,
  type TaskToIssueOutcome,
  type TaskToIssueResult,
  type WantedItem,
} from '../task-to-issue-outcome.ts';
import { changeLockedTask, lockTask } from './edit-task.ts';

export interface TaskToIssue {
  integrationId: number;
  taskId: number;
  repository: RepositoryRef;
  actor: Actor;
  /** Milliseconds to wait for the issue. After that the request returns a job that follows it. */
  waitMs: number;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
const LONGEST_JOB_MS = 30 * 60_000;

/**
 * Creates an item for the task, or sends the task to the item that it has, and waits for the result. Throws ApiError 404, 409 or 422,
 * also if the provider refuses.
 */
export async function syncTaskToIssue(
  { db }: Pick<SyncDependencies, 'db'>,
  request: TaskToIssue,
): Promise<TaskToIssueResult | { job_id: number }> {
  const integration = await findIntegration(db, request.integrationId);
  if (integration === undefined) throw notFound(`integration ${request.integrationId}`);
  if (!integration.enabled) {
    throw conflict(
      `"${integration.name}" is disabled. Enable it with PATCH {"enabled": true, "status": "active"}.`,
      'integration.disabled',
    );
  }
  const wanted = await retriedTransaction(db, (trx) => wantItem(trx, integration, request));
  const deadline = performance.now() + request.waitMs;
  // The pauses between queries of the link grow, so that a thousand waiting requests do not keep the database busy.
  for (
    let pauseMs = FIRST_PAUSE_MS;
    performance.now() < deadline;
    pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)
  ) {
    const outcome = outcomeOf(await findLink(db, wanted.link_id), wanted.action);
    if (outcome !== undefined) return concluded(db, wanted, outcome);
    await sleep(pauseMs);
  }
  const followed = await retriedTransaction(db, (trx) => followItem(trx, integration, request, wanted));
  return 'job_id' in followed ? followed : concluded(db, wanted, followed);
}

/**
 * Creates the job that reports the result after the caller has stopped waiting, or returns the result if it came meanwhile. The job does
 * no work: the outbox sends the task, and the link ends the job when it is settled.
 */
async function followItem(
  trx: Transaction,
  integration: SyncIntegration,
  { taskId, actor }: Pick<TaskToIssue, 'taskId' | 'actor'>,
  wanted: WantedItem,
): Promise<{ job_id: number } | TaskToIssueOutcome> {
  // The lock keeps the link from being settled between this check and the insert of the job.
  const [link] = await lockLinks(trx, [wanted.link_id]);
  const outcome = outcomeOf(link, wanted.action);
  if (outcome !== undefined) return outcome;
  const { job } = await createJob(trx, {
    project_id: integration.project_id,
    definition: TASK_TO_ISSUE_JOB,
    parameters: { ...wanted, task_id: taskId },
    request_key: `${TASK_TO_ISSUE_JOB.type}:${wanted.link_id}`,
    actor,
    integration_id: integration.id,
    follows: {
      linkId: wanted.link_id,
      step: 'Waiting for the provider to take the task, half an hour at most',
      patienceMs: LONGEST_JOB_MS,
      error: {
        code: 'sync.still_waiting',
        detail:
          'The provider has not taken the item yet. It is still being tried: the link of the task shows how it goes.',
      },
    },
  });
  return { job_id: job.id };
}

/** Returns the result of a request that succeeded. Throws the error of a refused one, after deleting its link if that is useless. */
async function concluded(
  db: Database,
  { link_id }: WantedItem,
  outcome: TaskToIssueOutcome,
): Promise<TaskToIssueResult> {
  if (outcome.kind === 'done') return outcome.result;
  if (outcome.hopeless) await db.transaction().execute((trx) => deleteLinks(trx, [link_id]));
  throw outcome.error;
}

/**
 * Finds the task's link in the repository, and queues the task for sending unless the task equals its item. If there is no link, inserts
 * one with an intent, from which the outbox creates the item. Returns the link's id and the action.
 */
export async function wantItem(
  trx: Transaction,
  integration: SyncIntegration,
  { taskId, repository, actor }: Pick<TaskToIssue, 'taskId' | 'repository' | 'actor'>,
): Promise<WantedItem> {
  const task = await lockTask(trx, taskId);
  if (task.project_id !== integration.project_id) throw notFound(`task ${taskId}`);
  const links = await lockLinksOfTask(trx, taskId);
  const now = await databaseTime(trx);
  const row = await saveRepository(trx, factsSeenNow(integration, repository, now));
  const name = `${row.owner}/${row.name}`;
  if (row.integration_id !== integration.id)
    throw conflict(
      `${name} is followed by integration ${row.integration_id} of this project. Use that.`,
      'integration.overlap',
    );
  if (!row.granted_to.includes(integration.id))
    await grantRepositories(trx, [{ repository_id: row.id, integration_id: integration.id }]);

  const link = links.find((candidate) => candidate.repository_id === row.id && isFollowed(candidate));
  if (link !== undefined) {
    if (isAtRest(link)) return { link_id: link.id, action: 'unchanged' };
    const batch = new LinkBatch(now, { tasks: [task], links });
    batch.apply(link, { type: 'requested' });
    await batch.write(trx);
    return { link_id: link.id, action: link.external_id === null ? 'created' : 'updated' };
  }
  await changeLockedTask(trx, task, links, withDefaults(task, defaultLabelsOf(integration)), actor);
  const [ids] = await reserveLinkIds(trx, 1);
  const made = {
    ...emptyLink(integration, ids as { id: number; marker: string }, now),
    task_id: taskId,
    repository_id: row.id,
  };
  await insertLinks(trx, [made]);
  await queueIntents(trx, [made]);
  return { link_id: made.id, action: 'created' };
}

/**
 * Returns the labels and priority of the task with the integration's default labels added. A default label that names a priority counts
 * only if the task's own priority is medium.
 */
function withDefaults(task: TaskFields, defaults: readonly string[]): Pick<TaskFields, 'labels' | 'priority'> {
  const own = foldPriorityLabels({ labels: task.labels, priority: task.priority });
  return {
    labels: canonicalNames([...own.labels, ...defaults.filter((label) => !isPriorityLabel(label))]),
    priority: own.priority === 'medium' ? priorityOfLabels(defaults) : own.priority,
  };
}
