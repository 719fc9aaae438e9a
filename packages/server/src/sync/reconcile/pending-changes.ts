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
 * The changes that make the provider equal to the task; null when nothing is left to send. A field that was never seen there is not
 * sent: it is read first. A frozen field is not sent until its conflict is decided.
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

/** The changes as an integration carries them out. A changed priority takes away every label that showed the old one. */
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
    // High goes before low. What says low is removed first, so that the item shows the old priority until it shows the new one.
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
 * Values that the item may pass through while the changes are carried out. Some trackers change the reason of a closed item only by
 * opening and closing it.
 */
export function passedThrough({ set }: FieldChanges): Record<string, readonly Value[]> {
  const [from, to] = set.status ?? [];
  return from !== undefined && from !== 'open' && to !== 'open' ? { status: ['open'] } : {};
}

/** The labels of a new item that shows the task: its own, and the one for its priority. */
export function draftLabels(local: Pick<SyncFields, 'labels' | 'priority'>): string[] {
  const priority = canonicalPriorityLabel(local.priority);
  return uniqueNames(priority === null ? local.labels : [...local.labels, priority]);
}

/** The changes that creating an item makes: everything that it is created with. */
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

/** The refused names that are still refused: a name that the task no longer wants, or that the provider now has, is forgotten. */
export function stillRefused(refused: RefusedNames, local: Values, base: Values): RefusedNames {
  return Object.fromEntries(
    Object.entries(refused).map(([field, names]) => {
      const gone = namesWithout(names, namesIn(local[field]));
      return [field, namesWithout(names, [...namesIn(base[field]), ...gone])];
    }),
  );
}
