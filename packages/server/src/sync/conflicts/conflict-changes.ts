import type { Transaction } from '../../database/database.ts';
import type { SyncFields } from '../../tasks/sync-fields.ts';
import type { TaskRow } from '../../tasks/task-queries.ts';
import type { LinkRow } from '../link/link-queries.ts';
import { projectTask } from '../reconcile/projection.ts';
import {
  type ConflictShift,
  type EditorNotice,
  findOpenConflicts,
  insertConflicts,
  type NewConflict,
  nameEditors,
  settleAgreedConflicts,
  shiftConflicts,
  updateOurs,
} from './conflict-queries.ts';

interface BatchRows {
  /** Returns the task of the link; undefined if the task was deleted. */
  taskOf(link: LinkRow): TaskRow | undefined;
  removedTasks: ReadonlySet<number>;
  removedLinks: ReadonlySet<number>;
}

/** Collects the conflicts that a `LinkBatch` finds or changes, and writes them together with the batch's tasks and links. */
export class ConflictChanges {
  readonly #found: NewConflict[] = [];
  readonly #shifts = new Map<string, ConflictShift>();
  readonly #editors: EditorNotice[] = [];
  readonly #toCompare = new Set<LinkRow>();

  record(conflict: NewConflict): void {
    this.#found.push(conflict);
  }

  /** Replaces the item's value in an open conflict of the link. */
  shift(link: LinkRow, given: Omit<ConflictShift, 'link_id'>): void {
    const { field, ...change } = given;
    const unsaved = this.#found.find(
      (conflict) => conflict.link_id === link.id && conflict.field === field && conflict.outcome === 'open',
    );
    const key = `${link.id}/${field}`;
    const known = unsaved ?? this.#shifts.get(key);
    // A late event must not replace the value that a newer event has shown.
    const isOlder = known !== undefined && Date.parse(known.theirs_at) > Date.parse(given.theirs_at);
    if (given.outcome === 'open' && isOlder) return;
    if (unsaved === undefined) this.#shifts.set(key, { link_id: link.id, ...given });
    else Object.assign(unsaved, change);
    this.compare(link);
  }

  /** Remembers the sender of a webhook whose edit a read may have found before, so that the conflict of that edit can name the person. */
  noteEditor(notice: EditorNotice): void {
    this.#editors.push(notice);
  }

  /** Marks the link's open conflicts to be updated with the present values, because its task or item has changed. */
  compare(link: LinkRow): void {
    if (link.frozen.length > 0) this.#toCompare.add(link);
  }

  /**
   * Writes all new and changed conflicts, and ends those whose two sides have the same value by now. Returns the links on which a field
   * is no longer frozen for that reason.
   */
  async write(trx: Transaction, { taskOf, removedTasks, removedLinks }: BatchRows): Promise<Set<LinkRow>> {
    // A conflict that ends must be written before the next conflict of the same field is inserted.
    await shiftConflicts(trx, [...this.#shifts.values()]);
    const kept = this.#found.filter(({ task_id }) => !removedTasks.has(task_id));
    await insertConflicts(
      trx,
      kept.map((conflict) =>
        conflict.link_id !== null && removedLinks.has(conflict.link_id) ? withoutLink(conflict) : conflict,
      ),
    );
    await nameEditors(trx, this.#editors);
    const links = [...this.#toCompare].filter(({ id }) => !removedLinks.has(id));
    const sides = links.flatMap((link) => {
      const task = taskOf(link);
      return task === undefined ? [] : link.frozen.map((field) => ({ link, field: field as keyof SyncFields, task }));
    });
    await updateOurs(
      trx,
      sides.map(({ link, field, task }) => ({ task_id: task.id, link_id: link.id, field, ours: task[field] })),
    );
    const open = await findOpenConflicts(
      trx,
      sides.map(({ link }) => link.id),
    );
    const agreed = sides.filter(({ link, field, task }) => {
      const conflict = open.find((one) => one.link_id === link.id && one.field === field);
      return conflict !== undefined && isSameValue(task, field, conflict.theirs);
    });
    await settleAgreedConflicts(
      trx,
      agreed.map(({ link, field }) => ({ link_id: link.id, field })),
    );
    for (const { link, field } of agreed) link.frozen = link.frozen.filter((other) => other !== field);
    return new Set(agreed.map(({ link }) => link));
  }
}

/** Returns the conflict of a removed link: without the link, and decided for the task's value if it was open. */
const withoutLink = (conflict: NewConflict): NewConflict => ({
  ...conflict,
  link_id: null,
  outcome: conflict.outcome === 'open' ? 'ours' : conflict.outcome,
});

/**
 * Returns true if the item's value in a conflict equals the task's. All open statuses of a task are equal here, because the provider
 * cannot tell them apart.
 */
const isSameValue = (task: TaskRow, field: keyof SyncFields, theirs: unknown): boolean =>
  projectTask({ ...task, [field]: theirs })[field] === projectTask(task)[field];
