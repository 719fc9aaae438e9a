import type { ItemPatch } from '@commandcenter/integration-kit';
import { namesWithout, sameNames, uniqueNames } from '../../tasks/names.ts';
import { canonicalPriorityLabel, priorityOfLabels } from '../../tasks/priority.ts';
import { itemStateOf } from '../../tasks/status.ts';
import {
  type Field,
  namesIn,
  type RefusedNames,
  type RemoteFields,
  type SyncFields,
  type Value,
  type Values,
} from '../../tasks/sync-fields.ts';
import type { TaskPriority } from '../../tasks/task.ts';
import type { FieldChanges } from './write.ts';

/**
 * Returns the changes that make the item equal to the task; null if there are none. A field whose value at the provider was never seen is
 * not sent but read first. A frozen field is not sent until its conflict is decided.
 */
export function pendingChanges(
  fields: readonly Field[],
  local: Values,
  base: Values,
  refused: RefusedNames,
  frozen: readonly string[],
): FieldChanges | null {
  const set: Record<string, readonly [Value, Value]> = {};
  const add: Record<string, readonly string[]> = {};
  const remove: Record<string, readonly string[]> = {};
  let pending = false;
  for (const { id, shape } of fields) {
    const ours = local[id];
    const theirs = base[id];
    if (ours === undefined || theirs === undefined || frozen.includes(id)) continue;
    if (shape !== 'set') {
      if (ours === theirs) continue;
      set[id] = [theirs, ours];
      pending = true;
      continue;
    }
    if (sameNames(namesIn(ours), namesIn(theirs))) continue;
    const missing = namesWithout(namesIn(ours), [...namesIn(theirs), ...(refused[id] ?? [])]);
    const extra = namesWithout(namesIn(theirs), namesIn(ours));
    if (missing.length > 0) add[id] = missing;
    if (extra.length > 0) remove[id] = extra;
    pending ||= missing.length + extra.length > 0;
  }
  return pending ? { set, add, remove } : null;
}

/** Converts changes to the patch that an integration carries out. A changed priority removes every label that showed the old priority. */
export function toItemPatch({ set, add, remove }: FieldChanges, base: RemoteFields): ItemPatch {
  const patch: ItemPatch = {};
  if (set.title !== undefined) patch.title = String(set.title[1]);
  if (set.description !== undefined) patch.body = String(set.description[1]);
  if (set.status !== undefined) patch.state = itemStateOf(set.status[1] as SyncFields['status']);
  const addLabels = [...(add.labels ?? [])];
  const removeLabels = [...(remove.labels ?? [])];
  if (set.priority !== undefined) {
    const canonical = canonicalPriorityLabel(set.priority[1] as TaskPriority);
    const wanted = canonical === null ? [] : [canonical];
    const present = base.priorityLabels ?? [];
    addLabels.push(...namesWithout(wanted, present));
    const outdated = namesWithout(present, wanted);
    // A high label outranks a low one. Low labels are removed first, so that the item shows the old priority until it shows the new one.
    const low = outdated.filter((label) => priorityOfLabels([label]) === 'low');
    removeLabels.push(...low, ...namesWithout(outdated, low));
  }
  if (addLabels.length > 0) patch.addLabels = addLabels;
  if (removeLabels.length > 0) patch.removeLabels = removeLabels;
  if (add.assignees !== undefined) patch.addAssignees = [...add.assignees];
  if (remove.assignees !== undefined) patch.removeAssignees = [...remove.assignees];
  return patch;
}

/**
 * Returns the values that an item may have for a moment while changes are carried out: some trackers change the reason of a closed item
 * only by reopening and closing it.
 */
export function passedThrough({ set }: FieldChanges): Record<string, readonly Value[]> {
  const [from, to] = set.status ?? [];
  return from !== undefined && from !== 'open' && to !== 'open' ? { status: ['open'] } : {};
}

/** Returns the labels for a new item of the task: the task's own labels and the label of its priority. */
export function draftLabels(local: Pick<SyncFields, 'labels' | 'priority'>): string[] {
  const priority = canonicalPriorityLabel(local.priority);
  return uniqueNames(priority === null ? local.labels : [...local.labels, priority]);
}

/** Returns the changes that a create makes: every field that the item is created with. */
export function creationChanges({ title, description, status, priority, labels, assignees }: SyncFields): FieldChanges {
  return {
    set: {
      title: [null, title],
      description: [null, description],
      status: [null, status],
      priority: [null, priority],
    },
    add: { labels, assignees },
    remove: {},
  };
}

/** Returns the labels and assignees that the provider refused, without those that the task no longer has or the item now has. */
export function stillRefused(refused: RefusedNames, local: Values, base: Values): RefusedNames {
  return Object.fromEntries(
    Object.entries(refused).map(([field, names]) => {
      const gone = namesWithout(names, namesIn(local[field]));
      return [field, namesWithout(names, [...namesIn(base[field]), ...gone])];
    }),
  );
}
