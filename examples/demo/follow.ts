import { setTimeout as delay } from 'node:timers/promises';
import { type EmulatedIssue, listEmulatedIssues } from './emulated-github.ts';

export interface TaskView {
  id: number;
  title: string;
  status: string;
  priority: string;
  labels: string[];
  assignees: string[];
  links: { number: number | null; sync_state: string }[];
}

export interface ConflictView {
  id: number;
  task_id: number;
  field: string;
  ours?: unknown;
  theirs?: unknown;
  outcome: string;
}

export interface Follow {
  githubUrl: string;
  listTasks(signal: AbortSignal): Promise<TaskView[]>;
  listConflicts(signal: AbortSignal): Promise<ConflictView[]>;
  print(line: string): void;
  signal: AbortSignal;
}

/** Prints every change on either side until `signal` is aborted. */
export async function follow({ githubUrl, listTasks, listConflicts, print, signal }: Follow): Promise<void> {
  let issues = new Map<number, EmulatedIssue>();
  let tasks = new Map<number, TaskView>();
  let conflicts = new Map<number, ConflictView>();
  let first = true;
  while (!signal.aborted) {
    const nowIssues = new Map((await listEmulatedIssues(githubUrl, signal)).map((issue) => [issue.number, issue]));
    const nowTasks = new Map((await listTasks(signal)).map((task) => [task.id, task]));
    const nowConflicts = new Map((await listConflicts(signal)).map((conflict) => [conflict.id, conflict]));
    if (!first) {
      for (const line of describeIssues(issues, nowIssues)) print(`GitHub         ${line}`);
      for (const line of describeTasks(tasks, nowTasks)) print(`CommandCenter  ${line}`);
      for (const line of describeConflicts(conflicts, nowConflicts)) print(`Conflict       ${line}`);
    }
    issues = nowIssues;
    tasks = nowTasks;
    conflicts = nowConflicts;
    first = false;
    await delay(200, undefined, { signal }).catch(() => undefined);
  }
}

function describeIssues(before: Map<number, EmulatedIssue>, now: Map<number, EmulatedIssue>): string[] {
  return [...now.values()].flatMap((issue) => {
    const old = before.get(issue.number);
    if (old === undefined) return [`issue #${issue.number} "${issue.title}" was created`];
    return changes(`issue #${issue.number}`, flattenIssue(old), flattenIssue(issue));
  });
}

function describeTasks(before: Map<number, TaskView>, now: Map<number, TaskView>): string[] {
  const gone = [...before.keys()].filter((id) => !now.has(id)).map((id) => `task ${id} was deleted`);
  const rest = [...now.values()].flatMap((task) => {
    const old = before.get(task.id);
    if (old !== undefined) return changes(`task ${task.id}`, flattenTask(old), flattenTask(task));
    const number = task.links[0]?.number;
    const origin = number === undefined || number === null ? '' : ` for issue #${number}`;
    return [`task ${task.id} "${task.title}" was created${origin}, priority ${task.priority}`];
  });
  return [...gone, ...rest];
}

function describeConflicts(before: Map<number, ConflictView>, now: Map<number, ConflictView>): string[] {
  return [...now.values()].flatMap((conflict) => {
    const { id, task_id, field, ours, theirs, outcome } = conflict;
    const old = before.get(id);
    if (old?.outcome === outcome) return [];
    const values = `${field} of task ${task_id} is "${ours}" here and "${theirs}" at GitHub`;
    return [old === undefined ? `${id}: ${values} (${outcome})` : `${id}: ${old.outcome} → ${outcome}`];
  });
}

function changes(subject: string, before: Record<string, string>, now: Record<string, string>): string[] {
  return Object.entries(now)
    .filter(([field, value]) => before[field] !== value)
    .map(([field, value]) => `${subject}: ${field} ${before[field] || 'none'} → ${value || 'none'}`);
}

const list = (values: string[]): string => values.toSorted().join(', ');

function flattenIssue(issue: EmulatedIssue): Record<string, string> {
  return {
    title: issue.title,
    state:
      issue.state_reason === null || issue.state === 'open' ? issue.state : `${issue.state} (${issue.state_reason})`,
    labels: list(issue.labels.map((label) => label.name)),
    assignees: list(issue.assignees.map((user) => user.login)),
  };
}

function flattenTask(task: TaskView): Record<string, string> {
  const link = task.links[0];
  return {
    title: task.title,
    status: task.status,
    priority: task.priority,
    labels: list(task.labels),
    assignees: list(task.assignees),
    issue: link === undefined ? '' : link.number === null ? 'being created' : `#${link.number}`,
  };
}
