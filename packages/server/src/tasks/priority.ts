import type { TaskPriority } from './task.ts';

/** The priority that each label names, as in the table "Priority Mapping" of the guide. Any other label, and none, means medium. */
const priorityByLabel: ReadonlyMap<string, TaskPriority> = new Map([
  ['priority: high', 'high'],
  ['critical', 'high'],
  ['urgent', 'high'],
  ['priority: low', 'low'],
]);

const canonicalLabels: Record<TaskPriority, string | null> = {
  high: 'priority: high',
  medium: null,
  low: 'priority: low',
};

/** Returns true for labels that name a priority. They are stored in the task's priority and not in its labels. */
export const isPriorityLabel = (label: string): boolean => priorityByLabel.has(label.trim().toLowerCase());

/** Returns the priority that these labels name. High outranks low, and without such a label it is medium. */
export function priorityOfLabels(labels: readonly string[]): TaskPriority {
  const said = new Set(labels.map((label) => priorityByLabel.get(label.trim().toLowerCase())));
  if (said.has('high')) return 'high';
  return said.has('low') ? 'low' : 'medium';
}

/** Returns the label that shows this priority at the provider; null for medium, which needs none. */
export const canonicalPriorityLabel = (priority: TaskPriority): string | null => canonicalLabels[priority];
