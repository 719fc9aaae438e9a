import type { TaskPriority } from './task.ts';

/** The guide's table "Priority Mapping"; every other label, and none, is medium. */
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

/** The priority that these labels say; high goes before low. */
export function priorityOfLabels(labels: readonly string[]): TaskPriority {
  const said = new Set(labels.map((label) => priorityByLabel.get(label.trim().toLowerCase())));
  if (said.has('high')) return 'high';
  return said.has('low') ? 'low' : 'medium';
}

/** The one label that says this priority at the provider; null for medium, which needs none. */
export const canonicalPriorityLabel = (priority: TaskPriority): string | null => canonicalLabels[priority];
