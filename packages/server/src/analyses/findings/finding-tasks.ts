import type { AnalysisReport, Finding, Severity } from '@commandcenter/analyzer';
import type { Actor } from '../../accounts/actor.ts';
import type { Transaction } from '../../database/database.ts';
import { createTask, editTask } from '../../sync/commands/edit-task.ts';
import { wantItem } from '../../sync/commands/task-to-issue.ts';
import type { SyncIntegration } from '../../sync/inbound/incoming-change.ts';
import type { TaskPriority } from '../../tasks/task.ts';
import { taskLimits } from '../../tasks/task-input.ts';
import { lockTasks } from '../../tasks/task-queries.ts';
import { claimFindingTasks, lockFindingTasks, markFindingTasks, setFindingTask } from './finding-task-queries.ts';

export interface FindingTasksInput {
  projectId: number;
  repository: { id: number; owner: string; name: string };
  jobId: number;
  report: Pick<AnalysisReport, 'findings' | 'result'>;
  /** Fingerprints of the findings for which the policy requests tasks. */
  wanted: ReadonlySet<string>;
  /** Integration in which each new task becomes an issue too; null for tasks without issues. */
  issuesAt: SyncIntegration | null;
  actor: Actor;
}

/** Most tasks that one analysis creates. The first analysis of a repository may find hundreds, and following analyses create the rest. */
const MOST_NEW_TASKS = 50;

const priorities: Record<Severity, TaskPriority> = { critical: 'high', high: 'high', medium: 'medium', low: 'low' };

/**
 * Creates tasks for wanted findings of a default branch that have none, closes tasks whose finding is gone, and reopens them when it
 * comes back. A finding gets one task only: a task that a person deleted is not created again. Returns the ids of the created tasks.
 */
export async function followFindings(trx: Transaction, input: FindingTasksInput): Promise<number[]> {
  const { repository, jobId, report, wanted } = input;
  const present = new Map(
    report.findings
      .filter(({ fingerprint, state }) => wanted.has(fingerprint) && (state === 'new' || state === 'existing'))
      .map((finding) => [finding.fingerprint, finding]),
  );
  const known = await lockFindingTasks(trx, repository.id, [...present.keys()]);
  const knownFingerprints = new Set(known.map(({ fingerprint }) => fingerprint));
  const unknown = [...present.values()].filter(({ fingerprint }) => !knownFingerprints.has(fingerprint));
  const claimed = await claimFindingTasks(trx, repository.id, jobId, unknown.slice(0, MOST_NEW_TASKS));
  const made: number[] = [];
  for (const fingerprint of claimed) {
    const finding = present.get(fingerprint);
    if (finding === undefined) continue;
    const task = await createTask(trx, {
      projectId: input.projectId,
      fields: {
        title: titleOf(finding, repository),
        description: descriptionOf(finding, repository),
        priority: priorities[finding.severity],
        labels: ['analysis', finding.engine],
      },
      actor: input.actor,
    });
    await setFindingTask(trx, repository.id, fingerprint, task.id);
    if (input.issuesAt !== null)
      await wantItem(trx, input.issuesAt, { taskId: task.id, repository, actor: input.actor });
    made.push(task.id);
  }

  const stillThere = known.filter(({ fingerprint }) => present.has(fingerprint));
  const gone = known.filter(
    ({ fingerprint, state, rule }) => state === 'open' && !present.has(fingerprint) && sawEverything(report, rule),
  );
  await setStatus(
    trx,
    stillThere.filter(({ state }) => state === 'fixed'),
    'todo',
    input.actor,
  );
  await setStatus(trx, gone, 'done', input.actor);
  const fingerprintsOf = (rows: readonly { fingerprint: string }[]): string[] => rows.map((row) => row.fingerprint);
  await markFindingTasks(trx, repository.id, jobId, fingerprintsOf(stillThere), 'open');
  await markFindingTasks(trx, repository.id, jobId, fingerprintsOf(gone), 'fixed');
  return made;
}

/** Returns true when the rule's engine ran completely. Otherwise a finding that is absent from the report may still exist. */
function sawEverything({ result }: Pick<AnalysisReport, 'result'>, rule: string): boolean {
  const engine = result.engines.find(({ name }) => name === rule.slice(0, rule.indexOf('/')));
  return engine?.complete === true;
}

/** Sets the status of tasks without overriding a person's decision: only an open task is closed, and only a done task is reopened. */
async function setStatus(
  trx: Transaction,
  rows: readonly { task_id: number | null }[],
  status: 'todo' | 'done',
  actor: Actor,
): Promise<void> {
  const ids = rows.flatMap(({ task_id }) => (task_id === null ? [] : [task_id])).sort((a, b) => a - b);
  if (ids.length === 0) return;
  const from = status === 'done' ? ['todo', 'in_progress', 'blocked'] : ['done'];
  for (const task of await lockTasks(trx, ids)) {
    if (task.deleted_at === null && from.includes(task.status))
      await editTask(trx, { taskId: task.id, fields: { status }, actor });
  }
}

const titleOf = (finding: Finding, { name }: { name: string }): string =>
  `${name}: ${finding.title}`.replaceAll(/\s+/g, ' ').slice(0, taskLimits.title);

function descriptionOf(finding: Finding, { owner, name }: { owner: string; name: string }): string {
  const line = finding.start_line === null ? '' : `, line ${finding.start_line}`;
  const lines = [
    plain(finding.message),
    ...(finding.fix === undefined ? [] : [`**What to do:** ${plain(finding.fix)}`]),
    ...(finding.path === null ? [] : [`**Where:** ${plain(`${owner}/${name}, ${finding.path}${line}`)}`]),
    ...(finding.url === undefined ? [] : [`**More:** <${encodeURI(finding.url)}>`]),
    `Rule \`${finding.rule}\`, severity ${finding.severity}. This task closes by itself once an analysis finds it fixed.`,
  ];
  return lines.join('\n\n').slice(0, taskLimits.description);
}

/** Escapes text of a scanned repository for Markdown, so that it is shown as it is, without mentions, links and HTML. */
const plain = (text: string): string =>
  text
    .replaceAll(/[\\`*_{}[\]()#+!|<>~&]/g, '\\$&')
    .replaceAll('@', '@\u200B')
    .replaceAll(/^(\s*)([-=])/gm, '$1\\$2');
