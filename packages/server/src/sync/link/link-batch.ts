import type { Actor } from '../../accounts/actor.ts';
import type { Transaction } from '../../database/database.ts';
import { itemFields } from '../../tasks/sync-fields.ts';
import type { FieldChange } from '../../tasks/task.ts';
import { type HistoryOrigin, insertHistory, type NewHistoryEntry } from '../../tasks/task-history-queries.ts';
import { deleteTasks, type TaskRow, updateTasks } from '../../tasks/task-queries.ts';
import { ConflictChanges } from '../conflicts/conflict-changes.ts';
import { endConflicts } from '../conflicts/conflict-queries.ts';
import { deleteIntents, dropIdleIntents, findIntents, queueIntents, wakeIntents } from '../outbound/outbox-queries.ts';
import { pendingChanges, stillRefused } from '../reconcile/pending-changes.ts';
import { projectTask } from '../reconcile/projection.ts';
import { receipts } from '../reconcile/write.ts';
import { notifyRefetch } from '../refetch-queries.ts';
import { endFollowingJobs } from './end-following-jobs.ts';
import { isPending } from './is-pending.ts';
import {
  deleteLinks,
  type ItemIdentity,
  identityText,
  insertAliases,
  type LinkRow,
  lockOtherLinks,
  moveAliases,
  updateLinks,
} from './link-queries.ts';
import { isFollowed, type LinkEvent, linkAfter } from './link-state.ts';

/** The author of a change and its origin, as the history of a task records them. */
export interface Provenance {
  actor: Actor;
  origin: HistoryOrigin;
}

/**
 * Locked tasks and links that are changed in memory and written once. Every change of a link goes through here: webhooks, polls, imports,
 * edits by people, responses to writes and failures of writes. Several changes of one item thus cost one write, and see each other.
 */
export class LinkBatch {
  /** Time at which the batch was opened, by the database's clock. */
  readonly now: Date;
  readonly tasks = new Map<number, TaskRow>();
  readonly conflicts = new ConflictChanges();
  /** Ids of the unfollowed links whose task has another item in the same repository by now. They must not be followed again. */
  readonly replaced = new Set<number>();
  readonly #links = new Map<number, LinkRow>();
  readonly #byIdentity = new Map<string, LinkRow>();
  readonly #aliases = new Map<string, { why: 'moved' | 'deleted'; linkId: number | null }>();
  readonly #newAliases: (ItemIdentity & { link_id: number | null; why: 'moved' | 'deleted' })[] = [];
  readonly #changedTasks = new Set<TaskRow>();
  readonly #changedLinks = new Set<LinkRow>();
  readonly #removedTasks = new Set<number>();
  readonly #removedLinks = new Set<number>();
  /** The links that follow the items of removed links from now on, by the id of the removed link. */
  readonly #heirs = new Map<number, LinkRow>();
  readonly #toQueue = new Set<LinkRow>();
  readonly #toWake = new Set<LinkRow>();
  readonly #toSettle = new Set<LinkRow>();
  readonly #toDrop = new Set<LinkRow>();
  readonly #history: NewHistoryEntry[] = [];
  #refetches = false;

  constructor(now: Date, { tasks = [], links = [] }: { tasks?: readonly TaskRow[]; links?: readonly LinkRow[] } = {}) {
    this.now = now;
    for (const task of tasks) this.addTask(task);
    for (const link of links) this.addLink(link);
  }

  addTask(task: TaskRow): void {
    this.tasks.set(task.id, task);
  }

  addLink(link: LinkRow): void {
    this.#links.set(link.id, link);
    const identity = identityOfLink(link);
    if (identity !== null) this.#byIdentity.set(identityText(identity), link);
  }

  /** Adds a stored alias to the batch: an identity without a link of its own, because its item moved or was deleted before it was seen. */
  addAlias(identity: ItemIdentity, why: 'moved' | 'deleted', linkId: number | null): void {
    this.#aliases.set(identityText(identity), { why, linkId });
  }

  link(identity: ItemIdentity): LinkRow | undefined {
    return this.#byIdentity.get(identityText(identity));
  }

  linkById(id: number): LinkRow | undefined {
    return this.#links.get(id);
  }

  links(): IterableIterator<LinkRow> {
    return this.#links.values();
  }

  /** Returns why an identity has no link of its own, with the link that its item moved on to; undefined if the identity is not an alias. */
  alias(identity: ItemIdentity): { why: 'moved' | 'deleted'; link: LinkRow | undefined } | undefined {
    const alias = this.#aliases.get(identityText(identity));
    if (alias === undefined) return undefined;
    return { why: alias.why, link: alias.linkId === null ? undefined : this.#links.get(alias.linkId) };
  }

  /** Returns the task of the link; undefined if it was deleted, which makes the link a tombstone. */
  taskOf(link: LinkRow): TaskRow | undefined {
    const task = link.task_id === null ? undefined : this.tasks.get(link.task_id);
    return task?.deleted_at === null ? task : undefined;
  }

  /** Applies an event to the link: the state machine decides the next state, and `write` carries out the effects. */
  apply(link: LinkRow, event: LinkEvent): void {
    const { condition, effects } = linkAfter(link, event);
    Object.assign(link, condition);
    this.#changedLinks.add(link);
    for (const effect of effects) {
      if (effect === 'stop_reading') Object.assign(link, { candidate: null, refetch_at: null });
      else if (effect === 'wake') this.#toWake.add(link);
      else {
        for (const set of [this.#toQueue, this.#toWake, this.#toSettle, this.#toDrop]) set.delete(link);
        if (effect === 'queue') this.#toQueue.add(link);
        if (effect === 'settle') this.#toSettle.add(link);
        if (effect === 'drop_intent') this.#toDrop.add(link);
      }
    }
  }

  linkChanged(link: LinkRow): void {
    this.#changedLinks.add(link);
  }

  /** Gives the link another identity, and remembers the former one as an alias. */
  moveLink(link: LinkRow, to: ItemIdentity): void {
    const former = identityOfLink(link);
    if (former !== null) {
      this.#byIdentity.delete(identityText(former));
      this.rememberMoved(former, link);
    }
    Object.assign(link, { external_id: to.external_id, integration_type: to.integration_type, host: to.host });
    this.addLink(link);
    this.linkChanged(link);
  }

  /** Remembers an identity that its item has left, so that its late events lead to `link`, or to nothing, and create no task. */
  rememberMoved(former: ItemIdentity, link: LinkRow | null): void {
    this.#newAliases.push({ ...former, link_id: link?.id ?? null, why: 'moved' });
    this.addAlias(former, 'moved', link?.id ?? null);
  }

  rememberDeleted(identity: ItemIdentity): void {
    this.#newAliases.push({ ...identity, link_id: null, why: 'deleted' });
    this.addAlias(identity, 'deleted', null);
  }

  /** Gives the task a new version and marks it to be written. */
  taskChanged(task: TaskRow): void {
    task.version += 1;
    task.updated_at = this.now;
    task.completed_at = task.status === 'done' ? (task.completed_at ?? this.now) : null;
    this.#changedTasks.add(task);
  }

  record(task: TaskRow, changes: FieldChange[], { actor, origin }: Provenance): void {
    if (changes.length === 0) return;
    this.#history.push({
      task_id: task.id,
      version: task.version,
      actor,
      delivery_id: origin.delivery_id ?? null,
      origin,
      changes,
    });
  }

  /** Plans a read of the link's item after `delayMs`. */
  refetch(link: LinkRow, delayMs = 0): void {
    link.refetch_at = new Date(this.now.getTime() + delayMs);
    link.refetch_attempts = 0;
    this.linkChanged(link);
    this.#refetches = true;
  }

  /** Removes the link. An `heir` follows the item from now on, and late events of the item's former identities lead to it. */
  removeLink(link: LinkRow, heir?: LinkRow): void {
    const identity = identityOfLink(link);
    if (identity !== null) this.#byIdentity.delete(identityText(identity));
    this.#links.delete(link.id);
    this.#removedLinks.add(link.id);
    if (heir === undefined) return;
    // The heir (the link that follows the item from now on) takes over the removed link's receipts: late events of the item may show
    // edits that writes of the removed link have overwritten.
    heir.writes = [...receipts(link.writes, this.now), ...heir.writes];
    this.linkChanged(heir);
    for (const [id, other] of this.#heirs) if (other === link) this.#heirs.set(id, heir);
    this.#heirs.set(link.id, heir);
    for (const alias of this.#aliases.values()) if (alias.linkId === link.id) alias.linkId = heir.id;
    for (const alias of this.#newAliases) if (alias.link_id === link.id) alias.link_id = heir.id;
  }

  /** Removes a link that is not in the batch. Its task must be locked. */
  removeLinkById(id: number): void {
    this.#removedLinks.add(id);
  }

  removeTask(task: TaskRow): void {
    this.tasks.delete(task.id);
    this.#removedTasks.add(task.id);
  }

  async write(trx: Transaction): Promise<void> {
    // Aliases are moved first, because the database deletes the aliases of a link together with the link.
    if (this.#heirs.size > 0)
      await moveAliases(
        trx,
        [...this.#heirs].map(([from, { id }]) => ({ from, to: id })),
      );
    // Removed rows are deleted before others are written, so that an identity is free before another link takes it.
    const followed = new Map<number, LinkRow | undefined>();
    if (this.#removedLinks.size > 0) {
      await endConflicts(trx, [...this.#removedLinks]);
      for (const id of await deleteLinks(trx, [...this.#removedLinks])) followed.set(id, undefined);
    }
    if (this.#removedTasks.size > 0) await deleteTasks(trx, [...this.#removedTasks]);
    const tasks = [...this.#changedTasks].filter((task) => !this.#removedTasks.has(task.id));
    if (tasks.length > 0) {
      await updateTasks(trx, tasks);
      await this.#sendElsewhere(trx, tasks);
    }
    await insertHistory(
      trx,
      this.#history.filter((entry) => !this.#removedTasks.has(entry.task_id)),
    );
    const thawed = await this.conflicts.write(trx, {
      taskOf: (link) => this.taskOf(link),
      removedTasks: this.#removedTasks,
      removedLinks: this.#removedLinks,
    });
    for (const link of thawed) {
      const task = this.taskOf(link);
      if (task !== undefined) this.apply(link, { type: 'edited', pending: isPending(link, task) });
    }
    await this.#settle(trx);
    const changed = new Map([...this.#changedLinks].map((link) => [link.id, link]));
    for (const id of this.#removedLinks) changed.delete(id);
    for (const id of await updateLinks(trx, [...changed.values()])) followed.set(id, changed.get(id));
    await insertAliases(
      trx,
      this.#newAliases.map((alias) =>
        alias.link_id !== null && this.#removedLinks.has(alias.link_id) ? { ...alias, link_id: null } : alias,
      ),
    );
    const dropped = [...this.#toDrop].map(({ id }) => id);
    if (dropped.length > 0) await deleteIntents(trx, dropped);
    await queueIntents(
      trx,
      [...this.#toQueue].filter((link) => !this.#removedLinks.has(link.id)),
    );
    await wakeIntents(
      trx,
      [...this.#toWake].map(({ id }) => id),
    );
    if (this.#refetches) await notifyRefetch(trx);
    // A job ends in the transaction that settles or removes its link, so that nobody sees one without the other.
    if (followed.size > 0) await endFollowingJobs(trx, followed);
  }

  /**
   * Deletes the intents of links that have nothing to send any more, and applies `settled` to these links. An intent that a worker holds
   * is settled by that worker.
   */
  async #settle(trx: Transaction): Promise<void> {
    const links = [...this.#toSettle];
    if (links.length === 0) return;
    const ids = links.map(({ id }) => id);
    await dropIdleIntents(trx, ids);
    const held = new Set((await findIntents(trx, ids)).map(({ link_id }) => link_id));
    for (const link of links) if (!held.has(link.id)) this.apply(link, { type: 'settled' });
  }

  /** Queues the changed tasks for their items in other repositories, because a task may have several items. */
  async #sendElsewhere(trx: Transaction, tasks: readonly TaskRow[]): Promise<void> {
    const changed = new Map(
      tasks.filter(({ deleted_at }) => deleted_at === null).map((task) => [task.id, projectTask(task)]),
    );
    const here = [...this.#links.values()].filter(({ task_id }) => task_id !== null && changed.has(task_id));
    const others = await lockOtherLinks(
      trx,
      [...changed.keys()],
      here.map(({ id }) => id),
    );
    for (const link of [...here, ...others]) {
      const local = link.task_id === null ? undefined : changed.get(link.task_id);
      if (local === undefined || link.base === null) continue;
      this.conflicts.compare(link);
      if (!isFollowed(link)) continue;
      if (others.includes(link)) link.refused = stillRefused(link.refused, local, link.base);
      if (pendingChanges(itemFields, local, link.base, link.refused, link.frozen) !== null)
        this.apply(link, { type: 'edited', pending: true });
    }
  }
}

/** Returns the identity of the link's item; null while the item is still to be created. */
export function identityOfLink({ project_id, integration_type, host, external_id }: LinkRow): ItemIdentity | null {
  return external_id === null ? null : { project_id, integration_type, host, external_id };
}
