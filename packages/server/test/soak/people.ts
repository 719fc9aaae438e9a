import type { Issue } from '@commandcenter/fake-github';
import { stripCreateMarker } from '@commandcenter/integration-kit';
import type { TaskState } from './system-interface.ts';

export const scalars = ['title', 'description', 'status', 'priority'] as const;
export const lists = ['labels', 'assignees'] as const;
export type Scalar = (typeof scalars)[number];

/** Fields that both sides share. Names are in lower case, and labels that name a priority are left out. */
export type SharedFields = Record<Scalar, string> & Record<(typeof lists)[number], Set<string>>;

const priorities: ReadonlyMap<string, string> = new Map([
  ['priority: high', 'high'],
  ['critical', 'high'],
  ['urgent', 'high'],
  ['priority: low', 'low'],
]);

/**
 * Returns the shared fields of an issue. This is the guide's mapping, written a second time so that a mistake in the code under test is
 * found.
 */
export function fieldsOfIssue(issue: Issue): SharedFields {
  const labels = issue.labels.map(({ name }) => name.toLowerCase());
  const said = labels.map((name) => priorities.get(name));
  const closed = issue.stateReason === 'not_planned' || issue.stateReason === 'duplicate' ? 'cancelled' : 'done';
  return {
    title: issue.title.trim(),
    description: stripCreateMarker(issue.body ?? '').body.trim(),
    status: issue.state === 'open' ? 'open' : closed,
    priority: said.includes('high') ? 'high' : said.includes('low') ? 'low' : 'medium',
    labels: new Set(labels.filter((name) => !priorities.has(name))),
    assignees: new Set(issue.assignees.map(({ login }) => login.toLowerCase())),
  };
}

export function fieldsOfTask(task: TaskState): SharedFields {
  return {
    title: task.title,
    description: task.description,
    status: sharedStatus(task.status),
    priority: task.priority,
    labels: new Set(task.labels.map((name) => name.toLowerCase())),
    assignees: new Set(task.assignees.map((name) => name.toLowerCase())),
  };
}

/** Returns the status of a task in the values that an issue can express: `open`, `done` or `cancelled`. */
export const sharedStatus = (status: string): string => (status === 'done' || status === 'cancelled' ? status : 'open');

/** The last value that the people of one side gave to each field, and to the presence of each label and assignee. */
export class LastValues {
  readonly scalars = new Map<Scalar, string>();
  /** True or false for each name such as `labels/bug`: the issue or task should have it or not. */
  readonly names = new Map<string, boolean>();
  /** The values that were set in the second of the last edit. Their order cannot be known from the times of the issue. */
  readonly #seconds = new Map<Scalar, { second: number; values: Set<string> }>();

  noteCreated(issue: Issue, time: number): void {
    this.note(null, fieldsOfIssue(issue), time);
  }

  /**
   * Remembers what an edit changed.
   *
   * @param before null if the edit created the task or issue
   * @param changedBefore time of the previous change of the issue. If it was in the same second, its event shows the former value with
   * the same time as the new one.
   */
  note(before: SharedFields | null, after: SharedFields, time: number, changedBefore?: number): void {
    for (const field of scalars) {
      if (before !== null && before[field] === after[field]) continue;
      const isShown = before !== null && changedBefore !== undefined && secondOf(changedBefore) === secondOf(time);
      if (isShown) this.set(field, before[field], time);
      this.set(field, after[field], time);
    }
    for (const field of lists) {
      const was = before?.[field] ?? new Set();
      for (const name of after[field].difference(was)) this.names.set(`${field}/${name}`, true);
      for (const name of was.difference(after[field])) this.names.set(`${field}/${name}`, false);
    }
  }

  set(field: Scalar, value: string, time: number): void {
    this.scalars.set(field, value);
    const second = secondOf(time);
    const known = this.#seconds.get(field);
    if (known?.second === second) known.values.add(value);
    else this.#seconds.set(field, { second, values: new Set([value]) });
  }

  /** Returns the values of which each may be the last one, as far as the times of the issue tell. */
  lastOf(field: Scalar): readonly string[] {
    return [...(this.#seconds.get(field)?.values ?? [])];
  }
}

const secondOf = (time: number): number => Math.floor(time / 1000);

/** An issue over its whole life, in which a transfer gives it another id and number. */
export interface IssueThread {
  /** The present issue; null once it or its repository was deleted. */
  current: Issue | null;
  /** All ids that the issue has had. */
  ids: Set<string>;
  /** True if a write of ours created the issue. */
  ours: boolean;
  people: LastValues;
  /** Values that people at GitHub had set and that a write of ours replaced. */
  overwritten: { field: Scalar; value: string; issueId: number }[];
}
