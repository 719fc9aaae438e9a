import type { ExternalItem } from '@commandcenter/integration-kit';
import { sameNames, uniqueNames } from './names.ts';
import { isPriorityLabel, priorityOfLabels } from './priority.ts';
import { syncStatusOfItem, syncStatusOfTask } from './status.ts';
import type { RemoteFields, SyncFields } from './sync-fields.ts';
import type { TaskFields } from './task.ts';

/**
 * Text as it is compared and kept: LF line ends, trimmed ends, null is ''. NUL and halves of surrogate pairs, which PostgreSQL
 * cannot keep, are dropped and replaced.
 */
export function canonicalText(text: string | null | undefined): string {
  if (text === null || text === undefined) return '';
  return storableText(text).replace(/\r\n?/g, '\n').trim();
}

const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed();

/** The item as it can be kept, otherwise unchanged. */
export const storableItem = (item: ExternalItem): ExternalItem =>
  JSON.parse(JSON.stringify(item, (_key, value: unknown) => (typeof value === 'string' ? storableText(value) : value)));

/** Labels or logins as they are kept: canonical text, none empty, none twice. */
export function canonicalNames(names: readonly string[]): string[] {
  return uniqueNames(names.map(canonicalText).filter((name) => name !== ''));
}

/** What an item means here. */
export function projectItem(
  item: Pick<ExternalItem, 'title' | 'body' | 'state' | 'stateReason' | 'labels' | 'assignees'>,
): RemoteFields {
  const labels = canonicalNames(item.labels);
  return {
    title: canonicalText(item.title),
    description: canonicalText(item.body),
    status: syncStatusOfItem(item),
    priority: priorityOfLabels(labels),
    labels: labels.filter((label) => !isPriorityLabel(label)),
    assignees: canonicalNames(item.assignees),
    priorityLabels: labels.filter(isPriorityLabel),
  };
}

/** What of a task the other side can see. A label that says a priority counts as the priority. */
export function projectTask(task: Omit<TaskFields, 'due_date'>): SyncFields {
  const { priority, labels } = foldPriorityLabels(task);
  return {
    title: canonicalText(task.title),
    description: canonicalText(task.description),
    status: syncStatusOfTask(task.status),
    priority,
    labels: canonicalNames(labels),
    assignees: canonicalNames(task.assignees),
  };
}

/** Moves labels that say a priority into the priority, where a linked task keeps it. */
export function foldPriorityLabels<Fields extends Pick<TaskFields, 'priority' | 'labels'>>(fields: Fields): Fields {
  if (!fields.labels.some(isPriorityLabel)) return fields;
  return {
    ...fields,
    priority: priorityOfLabels(fields.labels),
    labels: fields.labels.filter((label) => !isPriorityLabel(label)),
  };
}

/** Equal in every field that reconcile compares. */
export function sameFields(left: SyncFields, right: SyncFields): boolean {
  return (
    left.title === right.title &&
    left.description === right.description &&
    left.status === right.status &&
    left.priority === right.priority &&
    sameNames(left.labels, right.labels) &&
    sameNames(left.assignees, right.assignees)
  );
}

/** Equal also in the labels that say the priority: the same snapshot. */
export function sameRemote(left: RemoteFields, right: RemoteFields): boolean {
  return sameFields(left, right) && sameNames(left.priorityLabels, right.priorityLabels);
}
