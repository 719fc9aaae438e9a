import type { ItemPatch } from '@commandcenter/integration-kit';
import { namesWithout, uniqueNames } from './names.ts';
import { canonicalPriorityLabel } from './priority.ts';
import { itemStateOf } from './status.ts';
import type { RefusedNames, RemoteFields, SyncFields } from './sync-fields.ts';

/** What to change at the other side so that it equals the task; null when nothing is left to send. */
export function pendingPatch(local: SyncFields, base: RemoteFields, refused: RefusedNames): ItemPatch | null {
  const patch: ItemPatch = {};
  if (local.title !== base.title) patch.title = local.title;
  if (local.description !== base.description) patch.body = local.description;
  if (local.status !== base.status) patch.state = itemStateOf(local.status);

  const addLabels = namesWithout(local.labels, [...base.labels, ...refused.labels]);
  const removeLabels = namesWithout(base.labels, local.labels);
  if (local.priority !== base.priority) {
    const canonical = canonicalPriorityLabel(local.priority);
    const wanted = canonical === null ? [] : [canonical];
    addLabels.push(...namesWithout(wanted, base.priorityLabels));
    removeLabels.push(...namesWithout(base.priorityLabels, wanted));
  }
  const addAssignees = namesWithout(local.assignees, [...base.assignees, ...refused.assignees]);
  const removeAssignees = namesWithout(base.assignees, local.assignees);
  if (addLabels.length > 0) patch.addLabels = addLabels;
  if (removeLabels.length > 0) patch.removeLabels = removeLabels;
  if (addAssignees.length > 0) patch.addAssignees = addAssignees;
  if (removeAssignees.length > 0) patch.removeAssignees = removeAssignees;
  return Object.keys(patch).length === 0 ? null : patch;
}

/** The labels of a new item that shows the task: its own, and the one that says its priority. */
export function draftLabels(local: SyncFields): string[] {
  const priority = canonicalPriorityLabel(local.priority);
  return uniqueNames(priority === null ? local.labels : [...local.labels, priority]);
}

/** What is still refused once the task is like this: what it no longer wants, or the other side now has, is forgotten. */
export function stillRefused(refused: RefusedNames, local: SyncFields, base: SyncFields): RefusedNames {
  const keep = (field: keyof RefusedNames): string[] =>
    namesWithout(refused[field], [...base[field], ...namesWithout(refused[field], local[field])]);
  return { labels: keep('labels'), assignees: keep('assignees') };
}
