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
  /** The item's repository here. */
  repositoryId: number;
}

/** Parses the snapshot's version, in milliseconds of time. */
export function versionOf(item: Pick<ExternalItem, 'url' | 'updatedAt'>): Date {
  const version = new Date(item.updatedAt);
  if (!isStorableTime(version)) {
    throw new UnusablePayloadError(
      `The item ${item.url} says it was updated at "${item.updatedAt}", which is not a time.`,
    );
  }
  return version;
}

/** The columns of a link that show its item. */
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

/** True when every field of an item is known. An item that is known in part is read. */
export const isComplete = (base: RemoteFields): boolean => itemFields.every(({ id }) => Object.hasOwn(base, id));

/** These sources asked for the state of one item just now, so on equal versions they are right. */
export const isAuthoritative = ({ kind }: ChangeSource): boolean =>
  kind === 'read' || kind === 'manual' || kind === 'write';

export const taskReference = ({ task_id }: LinkRow): { task_id?: number } => (task_id === null ? {} : { task_id });

/** The item's fields. A closed item without a reason has the status that we wrote or that was agreed on. */
export const remoteFieldsOf = (
  link: LinkRow,
  item: ExternalItem,
  source: Pick<ChangeSource, 'answered'> = {},
): RemoteFields => projectItem(item, closedStatuses(link, source));

/** The statuses that a closed item without a reason may have, best first: the one we wrote, then the one that was agreed on. */
function closedStatuses(link: LinkRow, { answered }: Pick<ChangeSource, 'answered'>): (SyncStatus | undefined)[] {
  const written = [answered, ...unanswered(link.writes)].map(
    (write) => write?.set.status?.[1] as SyncStatus | undefined,
  );
  return [...written, link.base?.status];
}

/** The snapshot's time on our clock. */
export const localTime = ({ integration, item }: Snapshot): string =>
  new Date(versionOf(item).getTime() - integration.clock_offset_ms).toISOString();

/** A time of ours on the provider's clock. */
export const remoteTime = (time: string | undefined, { integration }: Snapshot): string | null =>
  time === undefined ? null : new Date(Date.parse(time) + integration.clock_offset_ms).toISOString();

/** The value as the task shows it: an open item changes none of the open statuses. */
export const valueForTask = (task: Pick<TaskRow, 'status'>, field: keyof SyncFields, value: Value | null): unknown =>
  field === 'status' ? taskStatusFrom(value as SyncStatus, task.status) : value;

export const openedEffect = (reference: Pick<Effect, 'task_id' | 'link_id'>, fields: string[]): Effect => ({
  kind: 'conflict_opened',
  ...reference,
  fields,
  detail: 'Both sides were edited. Each keeps its value until a person decides the conflict.',
});
