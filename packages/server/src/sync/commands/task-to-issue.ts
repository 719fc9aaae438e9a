import { setTimeout as sleep } from 'node:timers/promises';
import type { RepositoryRef } from '@commandcenter/integration-kit';
import type { Actor } from '../../domain/actor.ts';
import { isAtRest, isFollowed } from '../../domain/link-state.ts';
import { isPriorityLabel, priorityOfLabels } from '../../domain/priority.ts';
import { canonicalNames, foldPriorityLabels } from '../../domain/projection.ts';
import type { TaskFields } from '../../domain/task.ts';
import { ApiError, conflict, notFound } from '../../errors.ts';
import type { JobHandler } from '../../jobs/handler.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { findIntegration } from '../../store/integrations.ts';
import { createJob } from '../../store/jobs.ts';
import { retriedTransaction } from '../../store/retried-transaction.ts';
import { saveRepository } from '../../store/save-repositories.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { defaultLabelsOf, type SyncIntegration } from '../inbound/incoming-change.ts';
import { LinkBatch } from '../link-batch.ts';
import { deleteLinks, findLink, insertLinks, lockLinksOfTask, reserveLinkIds } from '../link-queries.ts';
import { emptyLink } from '../open-link-batch.ts';
import { queueIntents } from '../outbound/outbox-queries.ts';
import { factsSeenNow } from '../repository-facts.ts';
import { databaseTime } from '../task-queries.ts';
import { changeLockedTask, lockTask } from './edit-task.ts';

export interface TaskToIssue {
  integrationId: number;
  taskId: number;
  repository: RepositoryRef;
  actor: Actor;
  /** How long to wait for the other side before a job takes over. */
  waitMs: number;
}

export interface TaskToIssueResult {
  issue_number: number;
  url: string;
  action: 'created' | 'updated' | 'unchanged';
}

export const TASK_TO_ISSUE_JOB = 'task_to_issue';
const POLL_MS = 50;
const JOB_POLL_MS = 1000;
const LONGEST_JOB_MS = 30 * 60_000;

/** Makes an item of the task, or brings its item up to date. Throws 404, 409, 422, and what the other side refused. */
export async function syncTaskToIssue(
  deps: SyncDependencies,
  request: TaskToIssue,
): Promise<TaskToIssueResult | { job_id: number }> {
  const { db } = deps;
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
  for (;;) {
    const result = await outcomeOf(db, wanted);
    if (result !== undefined) return result;
    if (performance.now() > deadline) break;
    await sleep(POLL_MS);
  }
  const { job } = await db.transaction().execute((trx) =>
    createJob(trx, {
      project_id: integration.project_id,
      job_type: TASK_TO_ISSUE_JOB,
      parameters: { ...wanted, task_id: request.taskId },
      request_key: `${TASK_TO_ISSUE_JOB}:${wanted.link_id}`,
      actor: request.actor,
      integration_id: integration.id,
    }),
  );
  return { job_id: job.id };
}

/** Follows a write that took longer than its caller waited. The outbox does the work. */
export const taskToIssueJob: JobHandler = {
  type: TASK_TO_ISSUE_JOB,
  async run({ parameters, created_at }, { db, signal, progress }) {
    const wanted = parameters as unknown as Wanted;
    await progress(10, 'Waiting for the other side');
    for (;;) {
      const result = await outcomeOf(db, wanted);
      if (result !== undefined) return result;
      if (Date.now() - created_at.getTime() > LONGEST_JOB_MS) {
        throw new ApiError(
          504,
          'sync.still_waiting',
          'The other side has not taken the item yet. It is still being tried: the link of the task shows how it goes.',
        );
      }
      await sleep(JOB_POLL_MS, undefined, { signal });
    }
  },
};

interface Wanted {
  link_id: number;
  action: TaskToIssueResult['action'];
}

/** Finds the task's link in the repository, or writes down that one is wanted: the outbox makes the item. */
export async function wantItem(
  trx: Transaction,
  integration: SyncIntegration,
  { taskId, repository, actor }: Pick<TaskToIssue, 'taskId' | 'repository' | 'actor'>,
): Promise<Wanted> {
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

/** The default labels join the task's own; one that says a priority counts only where the task has none of its own. */
function withDefaults(task: TaskFields, defaults: readonly string[]): Pick<TaskFields, 'labels' | 'priority'> {
  const own = foldPriorityLabels({ labels: task.labels, priority: task.priority });
  return {
    labels: canonicalNames([...own.labels, ...defaults.filter((label) => !isPriorityLabel(label))]),
    priority: own.priority === 'medium' ? priorityOfLabels(defaults) : own.priority,
  };
}

/** Undefined while it is under way. Throws what the other side refused. */
async function outcomeOf(db: Database, { link_id, action }: Wanted): Promise<TaskToIssueResult | undefined> {
  const link = await findLink(db, link_id);
  if (link === undefined || link.task_id === null || link.sync_state === 'deleted' || link.sync_state === 'detached') {
    throw conflict('The task, its item or the integration was deleted meanwhile.', 'sync.link_gone');
  }
  if (link.sync_state === 'error') {
    // Where there is no such repository, a later edit of the task will not find one either.
    const hopeless = link.external_id === null && link.last_error_class === 'not_found';
    if (hopeless) await db.transaction().execute((trx) => deleteLinks(trx, [link.id]));
    throw new ApiError(
      hopeless ? 404 : 422,
      'sync.refused',
      `The other side refused it: ${link.last_error ?? 'no reason was given'}`,
      {
        extensions: { class: link.last_error_class },
      },
    );
  }
  const made = link.external_id !== null && link.number !== null && link.url !== null;
  if (!made || (action !== 'created' && link.sync_state === 'pending')) return undefined;
  return { issue_number: link.number as number, url: link.url as string, action };
}
