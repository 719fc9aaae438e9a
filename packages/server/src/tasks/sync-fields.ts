import type { TaskPriority } from './task.ts';

/**
 * The value of a field in a form that both a task and an item can express. Lists are sets of names: order and letter case do not matter.
 */
export type Value = string | number | boolean | null | readonly string[];

/** Returns the names in a set; none for a value that is absent or no set. */
export const namesIn = (value: Value | undefined): readonly string[] => (Array.isArray(value) ? value : []);

/** The values of a task or an item by field id. An absent field is not known, which is different from empty. */
export type Values = Readonly<Record<string, Value>>;

/** The description of one synced field. `reconcile` and `pendingChanges` know nothing else about a field. */
export interface Field {
  id: string;
  /** `set` merges name by name and never conflicts; every other shape has one value that the newer edit wins. */
  shape: 'text' | 'choice' | 'set';
  /** The value that an item shows if the field was not set. Absent for a field that every item has. */
  unset?: Value;
  /** Group of fields that share one version at the provider. */
  facet: Facet;
}

export type Facet = 'core';

/** The fields of an item and its task, in the order in which changes are listed. */
export const itemFields: readonly Field[] = [
  { id: 'title', shape: 'text', facet: 'core' },
  { id: 'description', shape: 'text', facet: 'core' },
  { id: 'status', shape: 'choice', facet: 'core' },
  { id: 'priority', shape: 'choice', unset: 'medium', facet: 'core' },
  { id: 'labels', shape: 'set', facet: 'core' },
  { id: 'assignees', shape: 'set', facet: 'core' },
];

/** The statuses that the provider can tell apart: `todo`, `in_progress` and `blocked` are all `open` there. */
export type SyncStatus = 'open' | 'done' | 'cancelled';

/**
 * A task in the canonical form that reconcile compares: values with the same meaning are equal. Line ends are LF, ends are trimmed, null
 * is ''. Labels hold no priority label; labels and assignees keep their letter case and are compared without it.
 */
export type SyncFields = {
  title: string;
  description: string;
  status: SyncStatus;
  priority: TaskPriority;
  labels: string[];
  assignees: string[];
};

/**
 * An item in the form of `SyncFields`, as far as it is known. `priorityLabels` are the labels from which its priority was read; a changed
 * priority removes them.
 */
export type RemoteFields = Partial<SyncFields> & { priorityLabels?: string[] };

/** Names, by field id, that were sent and that the provider dropped silently. They are not sent again until task or item changes them. */
export type RefusedNames = Readonly<Record<string, readonly string[]>>;

export const nothingRefused: RefusedNames = {};
