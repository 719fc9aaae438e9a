import { type ExternalItem, UnusablePayloadError } from '@commandcenter/integration-kit';
import { isStorableTime } from '../../database/storable-time.ts';
import { canonicalText } from '../../tasks/canonical-text.ts';
import { taskStatusFrom } from '../../tasks/status.ts';
import {
  itemFields,
  type RemoteFields,
  type SyncFields,
  type SyncStatus,
  type Value,
} from '../../tasks/sync-fields.ts';
import type { TaskRow } from '../../tasks/task-queries.ts';
import type { Effect } from '../effect.ts';
import type { Provenance } from '../link/link-batch.ts';
import type { LinkRow } from '../link/link-queries.ts';
import { projectItem } from '../reconcile/projection.ts';
import { unanswered } from '../reconcile/write.ts';
import { actorOf, type ChangeSource, type IncomingChange } from './incoming-change.ts';

export interface Snapshot extends Pick<IncomingChange, 'integration' | 'source'> {
  item: ExternalItem;
  /** Id of the row of the item's repository. */
  repositoryId: number;
}

/** Returns the version of an item, which is its update time. Throws `UnusablePayloadError` if that is not a time. */
export function versionOf(item: Pick<ExternalItem, 'url' | 'updatedAt'>): Date {
  const version = new Date(item.updatedAt);
  if (!isStorableTime(version)) {
    throw new UnusablePayloadError(
      `The item ${item.url} says it was updated at "${item.updatedAt}", which is not a time.`,
    );
  }
  return version;
}

/** Returns the columns of a link that describe its item. */
export const linkFacts = ({ item, repositoryId }: Pick<Snapshot, 'item' | 'repositoryId'>) => ({
  ...itemFacts(item),
  repository_id: repositoryId,
});

export const itemFacts = (item: ExternalItem) => ({
  number: item.number,
  url: canonicalText(item.url),
  ...(item.state === undefined ? {} : { state: item.state }),
});

export const provenanceOf = (
  { integration, source }: Pick<Snapshot, 'integration' | 'source'>,
  link: LinkRow,
): Provenance => ({
  actor: actorOf(integration),
  origin: {
    kind: source.kind === 'manual' ? 'read' : source.kind,
    by: source.by ?? null,
    ...(source.deliveryId === undefined ? {} : { delivery_id: source.deliveryId }),
    link_id: link.id,
  },
});

/** Returns true if every field of an item is known. An item that is known only in part is read. */
export const isComplete = (base: RemoteFields): boolean => itemFields.every(({ id }) => Object.hasOwn(base, id));

/** Returns true for sources of snapshots that requested the item itself just now. If versions are equal, their snapshot is right. */
export const isAuthoritative = ({ kind }: ChangeSource): boolean =>
  kind === 'read' || kind === 'manual' || kind === 'write';

export const taskReference = ({ task_id }: LinkRow): { task_id?: number } => (task_id === null ? {} : { task_id });

/**
 * Returns the fields of an item in the form that `reconcile` compares. A closed item without a reason gets the status that we wrote or
 * that was agreed on.
 */
export const remoteFieldsOf = (
  link: LinkRow,
  item: ExternalItem,
  source: Pick<ChangeSource, 'answered'> = {},
): RemoteFields => projectItem(item, closedStatuses(link, source));

/**
 * Returns the statuses that a task with a closed item without a reason may have, most likely first: those that we wrote, then the one
 * that task and item last agreed on.
 */
function closedStatuses(link: LinkRow, { answered }: Pick<ChangeSource, 'answered'>): (SyncStatus | undefined)[] {
  const written = [answered, ...unanswered(link.writes)].map(
    (write) => write?.set.status?.[1] as SyncStatus | undefined,
  );
  return [...written, link.base?.status];
}

/** Returns the update time of a snapshot on our clock, RFC 3339. */
export const localTime = ({ integration, item }: Snapshot): string =>
  new Date(versionOf(item).getTime() - integration.clock_offset_ms).toISOString();

/** Converts a time on our clock to the provider's clock, RFC 3339; null if the time is undefined. */
export const remoteTime = (time: string | undefined, { integration }: Snapshot): string | null =>
  time === undefined ? null : new Date(Date.parse(time) + integration.clock_offset_ms).toISOString();

/** Converts an item's value to the form that the task has. The status of an open item becomes the task's own status if that is open too. */
export const valueForTask = (task: Pick<TaskRow, 'status'>, field: keyof SyncFields, value: Value | null): unknown =>
  field === 'status' ? taskStatusFrom(value as SyncStatus, task.status) : value;

export const openedEffect = (reference: Pick<Effect, 'task_id' | 'link_id'>, fields: string[]): Effect => ({
  kind: 'conflict_opened',
  ...reference,
  fields,
  detail: 'Both sides were edited. Each keeps its value until a person decides the conflict.',
});
