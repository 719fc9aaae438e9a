import type { TaskPriority } from './task.ts';

/** A value as both sides can express it. Lists are sets of names: order and letter case do not matter. */
export type Value = string | number | boolean | null | readonly string[];

/** The names in a set; none in a value that is absent or no set. */
export const namesIn = (value: Value | undefined): readonly string[] => (Array.isArray(value) ? value : []);

/** Field id to value. An absent field is not known, which is different from empty. */
export type Values = Readonly<Record<string, Value>>;

/** One field that reconcile, pending changes and history handle by its description alone. */
export interface Field {
  id: string;
  /** `set` merges name by name and never conflicts; every other shape has one value that the newer edit wins. */
  shape: 'text' | 'choice' | 'set';
  /** The value that an item shows to which none was given. Absent for a field that every item has. */
  unset?: Value;
  /** Fields of one facet share one version at the provider. */
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
 * An item in the same form, as far as it is known. `priorityLabels` are the labels that its priority was read from: a changed priority
 * removes them.
 */
export type RemoteFields = Partial<SyncFields> & { priorityLabels?: string[] };

/** Field id to the names that were sent and silently dropped there: they are not sent again until they change here or there. */
export type RefusedNames = Readonly<Record<string, readonly string[]>>;

export const nothingRefused: RefusedNames = {};
