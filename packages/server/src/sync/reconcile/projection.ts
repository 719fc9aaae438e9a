import type { ExternalItem } from '@commandcenter/integration-kit';
import { canonicalNames, canonicalText, storableText } from '../../tasks/canonical-text.ts';
import { sameNames } from '../../tasks/names.ts';
import { isPriorityLabel, priorityOfLabels } from '../../tasks/priority.ts';
import { syncStatusOfItem, syncStatusOfTask } from '../../tasks/status.ts';
import type { Field, RemoteFields, SyncFields, SyncStatus, Values } from '../../tasks/sync-fields.ts';
import type { TaskFields } from '../../tasks/task.ts';

/** Returns the item with every text in a form that PostgreSQL can store, and otherwise unchanged. */
export const storableItem = (item: ExternalItem): ExternalItem =>
  JSON.parse(JSON.stringify(item, (_key, value: unknown) => (typeof value === 'string' ? storableText(value) : value)));

/**
 * Converts an item to the form that `reconcile` compares, with only the fields that the snapshot knows. `closedAs` are statuses that a
 * closed item without a reason may have, most likely first.
 */
export function projectItem(
  item: Pick<ExternalItem, 'title' | 'body' | 'state' | 'stateReason' | 'labels' | 'assignees'>,
  closedAs: readonly (SyncStatus | undefined)[] = [],
): RemoteFields {
  const fields: RemoteFields = {};
  if (item.title !== undefined) fields.title = canonicalText(item.title);
  if (item.body !== undefined) fields.description = canonicalText(item.body);
  if (item.state !== undefined) fields.status = syncStatusOfItem(item.state, item.stateReason, closedAs);
  if (item.labels !== undefined) {
    const labels = canonicalNames(item.labels);
    fields.priority = priorityOfLabels(labels);
    fields.labels = labels.filter((label) => !isPriorityLabel(label));
    fields.priorityLabels = labels.filter(isPriorityLabel);
  }
  if (item.assignees !== undefined) fields.assignees = canonicalNames(item.assignees);
  return fields;
}

/**
 * Converts a task to the form that `reconcile` compares, with only the fields that the provider can see. A label that names a priority
 * counts as the priority.
 */
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

/**
 * Returns the fields with the priority that their labels name, and without these labels. A linked task keeps its priority in the field,
 * not in its labels.
 */
export function foldPriorityLabels<Fields extends Pick<TaskFields, 'priority' | 'labels'>>(fields: Fields): Fields {
  if (!fields.labels.some(isPriorityLabel)) return fields;
  return {
    ...fields,
    priority: priorityOfLabels(fields.labels),
    labels: fields.labels.filter((label) => !isPriorityLabel(label)),
  };
}

/**
 * Returns true if `left` and `right` (the values of a task or an item) are equal in every one of the fields. Two unknown values are
 * equal.
 */
export function sameFields(fields: readonly Field[], left: Values, right: Values): boolean {
  return fields.every(({ id, shape }) => {
    const one = left[id];
    const other = right[id];
    if (shape !== 'set' || !Array.isArray(one) || !Array.isArray(other)) return one === other;
    return sameNames(one, other);
  });
}

/** Returns true if the agreed state (base) has every value that the snapshot knows, including the labels that name a priority. */
export function addsNothing(fields: readonly Field[], base: Values, snapshot: Values): boolean {
  const known = fields.filter(({ id }) => snapshot[id] !== undefined);
  return sameFields(known, base, snapshot) && samePriorityLabels(base, snapshot);
}

function samePriorityLabels(base: Values, snapshot: Values): boolean {
  const before = base.priorityLabels;
  const after = snapshot.priorityLabels;
  if (!Array.isArray(after)) return true;
  return Array.isArray(before) && sameNames(before, after);
}
