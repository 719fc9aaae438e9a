import { pendingPatch, stillRefused } from '../domain/pending-patch.ts';
import { projectTask } from '../domain/projection.ts';
import type { FieldChange } from '../domain/task.ts';
import type { Transaction } from '../store/database.ts';
import { deleteLinks, type ItemKey, type LinkRow, lockOtherLinks, notifyRefetch, updateLinks } from '../store/links.ts';
import { deleteIntents, dropIdleIntents, type KnownIntent, queueIntents } from '../store/outbox.ts';
import { insertHistory, type NewHistoryEntry } from '../store/task-history.ts';
import { deleteTasks, type TaskRow, updateTasks } from '../store/tasks.ts';
import { actorOf, type IncomingChange } from './incoming-change.ts';

export const itemKeyText = ({ integration_id, external_id }: ItemKey): string => `${integration_id}/${external_id}`;

/**
 * Locked tasks and links of one batch, changed in memory and written once. Several changes of one item in a batch thus cost one
 * write, and see each other.
 */
export class WorkSet {
  readonly now: Date;
  readonly tasks = new Map<number, TaskRow>();
  readonly intents = new Map<number, KnownIntent>();
  /** Links whose task has another item in the same repository by now: they stay given up. */
  readonly replaced = new Set<number>();
  readonly #links = new Map<string, LinkRow>();
  readonly #changedTasks = new Set<TaskRow>();
  readonly #changedLinks = new Set<LinkRow>();
  readonly #removedTasks = new Set<number>();
  readonly #removedLinks = new Set<number>();
  readonly #toSend = new Set<LinkRow>();
  readonly #settled = new Set<LinkRow>();
  readonly #history: NewHistoryEntry[] = [];
  #refetches = false;

  /** @param now the database's clock */
  constructor(now: Date) {
    this.now = now;
  }

  addTask(task: TaskRow): void {
    this.tasks.set(task.id, task);
  }

  addLink(link: LinkRow): void {
    if (link.external_id === null) return;
    this.#links.set(itemKeyText({ integration_id: link.integration_id, external_id: link.external_id }), link);
  }

  link(key: ItemKey): LinkRow | undefined {
    return this.#links.get(itemKeyText(key));
  }

  links(): IterableIterator<LinkRow> {
    return this.#links.values();
  }

  taskOf(link: LinkRow): TaskRow | undefined {
    return link.task_id === null ? undefined : this.tasks.get(link.task_id);
  }

  /** Gives the link another identity. */
  moveLink(link: LinkRow, to: Pick<LinkRow, 'integration_id' | 'external_id'>): void {
    if (link.external_id !== null) this.#links.delete(itemKeyText({ ...link, external_id: link.external_id }));
    Object.assign(link, to);
    this.addLink(link);
    this.linkChanged(link);
  }

  linkChanged(link: LinkRow): void {
    this.#changedLinks.add(link);
  }

  /** A new version of the task. */
  taskChanged(task: TaskRow): void {
    task.version += 1;
    task.updated_at = this.now;
    task.completed_at = task.status === 'done' ? (task.completed_at ?? this.now) : null;
    this.#changedTasks.add(task);
  }

  record(
    task: TaskRow,
    changes: FieldChange[],
    { integration, source }: Pick<IncomingChange, 'integration' | 'source'>,
  ): void {
    if (changes.length === 0) return;
    this.#history.push({
      task_id: task.id,
      version: task.version,
      actor: actorOf(integration),
      delivery_id: source.deliveryId ?? null,
      changes,
    });
  }

  /** The task has something that the other side lacks. */
  send(link: LinkRow): void {
    this.#settled.delete(link);
    this.#toSend.add(link);
  }

  /** Both sides are equal: an intent that waits has nothing to do any more. */
  settle(link: LinkRow): void {
    this.#toSend.delete(link);
    this.#settled.add(link);
  }

  /** Asks the other side for the item's state. */
  refetch(link: LinkRow, delayMs = 0): void {
    link.refetch_at = new Date(this.now.getTime() + delayMs);
    link.refetch_attempts = 0;
    this.linkChanged(link);
    this.#refetches = true;
  }

  /** The counterpart is gone for good: nothing is sent any more. */
  markDeleted(link: LinkRow): void {
    link.sync_state = 'deleted';
    link.candidate = null;
    link.refetch_at = null;
    this.#toSend.delete(link);
    this.#settled.delete(link);
    this.linkChanged(link);
  }

  removeLink(link: LinkRow): void {
    if (link.external_id !== null) this.#links.delete(itemKeyText({ ...link, external_id: link.external_id }));
    this.#removedLinks.add(link.id);
  }

  removeTask(task: TaskRow): void {
    this.tasks.delete(task.id);
    this.#removedTasks.add(task.id);
  }

  async write(trx: Transaction): Promise<void> {
    // First what must go, so that an identity is free before another link takes it.
    if (this.#removedLinks.size > 0) await deleteLinks(trx, [...this.#removedLinks]);
    if (this.#removedTasks.size > 0) await deleteTasks(trx, [...this.#removedTasks]);
    const tasks = [...this.#changedTasks].filter((task) => !this.#removedTasks.has(task.id));
    if (tasks.length > 0) {
      await updateTasks(trx, tasks);
      await this.#sendElsewhere(trx, tasks);
    }

    const dropped = await dropIdleIntents(
      trx,
      [...this.#settled].map((link) => link.id),
    );
    for (const link of this.#settled) {
      if (dropped.has(link.id) || !this.intents.has(link.id)) link.sync_state = 'in_sync';
    }
    const links = [...this.#changedLinks].filter((link) => !this.#removedLinks.has(link.id));
    await updateLinks(trx, links);
    await insertHistory(
      trx,
      this.#history.filter((entry) => !this.#removedTasks.has(entry.task_id)),
    );
    const gone = links.filter((link) => link.sync_state === 'deleted').map((link) => link.id);
    if (gone.length > 0) await deleteIntents(trx, gone);
    await queueIntents(trx, [...this.#toSend]);
    if (this.#refetches) await notifyRefetch(trx);
  }

  /** A task may have items in several repositories: what one of them changed goes to the others. */
  async #sendElsewhere(trx: Transaction, tasks: readonly TaskRow[]): Promise<void> {
    const changed = new Map(tasks.map((task) => [task.id, projectTask(task)]));
    const here = [...new Set([...this.#links.values(), ...this.#changedLinks])].filter(
      ({ task_id }) => task_id !== null && changed.has(task_id),
    );
    const others = await lockOtherLinks(
      trx,
      [...changed.keys()],
      here.map(({ id }) => id),
    );
    for (const link of [...here, ...others]) {
      const local = link.task_id === null ? undefined : changed.get(link.task_id);
      if (local === undefined || link.base === null) continue;
      if (link.sync_state === 'deleted' || link.sync_state === 'detached') continue;
      if (others.includes(link)) link.refused = stillRefused(link.refused, local, link.base);
      if (pendingPatch(local, link.base, link.refused) === null) continue;
      Object.assign(link, { sync_state: 'pending', last_error: null, last_error_class: null });
      this.linkChanged(link);
      this.send(link);
    }
  }
}
