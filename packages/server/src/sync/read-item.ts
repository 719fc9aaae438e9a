import {
  type ExternalItem,
  type ExternalRepository,
  IntegrationError,
  IntegrationNotFoundError,
} from '@commandcenter/integration-kit';
import type { IntegrationSession } from '../integrations/host.ts';
import { trackerOf } from './dependencies.ts';
import { checkRepository, type Diagnosis, diagnoseFailure, type KnownRepository } from './diagnose-failure.ts';

export interface ItemTarget {
  repository: KnownRepository;
  number: number;
  external_id: string;
}

export type ReadOutcome =
  /** The item was read. `renamed` is its repository under a new name; null if the name is unchanged. */
  | { kind: 'item'; item: ExternalItem; renamed: ExternalRepository | null }
  /** The item has another identity now, which the provider has confirmed by a redirect. */
  | { kind: 'moved'; item: ExternalItem }
  | Diagnosis;

/**
 * Reads the item of a link. Another id under the item's number is not the linked item. It counts as transferred only if the provider
 * redirected to it (`movedFrom`) and the repository under that name is still the known one, since another repository may have taken the
 * name.
 */
export async function readItem(session: IntegrationSession, target: ItemTarget): Promise<ReadOutcome> {
  const { repository, number, external_id: externalId } = target;
  let read = await requestItem(session, target);
  // A 410 is read once more: it is also the response while issues are disabled, and they may have been enabled before the repository was
  // checked.
  if ('diagnosis' in read && read.diagnosis.kind === 'item_gone' && read.diagnosis.certain)
    read = await requestItem(session, target);
  if ('diagnosis' in read) return read.diagnosis;
  const { item } = read;
  if (item.externalId === externalId) return { kind: 'item', item, renamed: renamedRepository(repository, item) };
  const access = await checkRepository(session, repository, { writing: false });
  if (access.kind !== 'works') return access;
  if (item.movedFrom === externalId) return { kind: 'moved', item };
  const name = `${repository.owner}/${repository.name}`;
  const error = new IntegrationNotFoundError(`${name}#${number} is another item now: it has another id.`);
  return { kind: 'item_gone', certain: false, error };
}

async function requestItem(
  session: IntegrationSession,
  { repository, number, external_id: externalId }: ItemTarget,
): Promise<{ item: ExternalItem } | { diagnosis: Diagnosis }> {
  try {
    const item = await session.run('read item', (instance, signal) => {
      const ref = { repository: { owner: repository.owner, name: repository.name }, number, externalId };
      return trackerOf(instance).getItem(ref, signal);
    });
    return { item };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    return { diagnosis: await diagnoseFailure(session, repository, error, { writing: false }) };
  }
}

/**
 * Returns the repository of a read item under its new name; null if the name is unchanged. The repository was renamed then, since a
 * transfer would have changed the item's id.
 */
function renamedRepository(
  { owner, name, external_id: externalId }: KnownRepository,
  { repository }: ExternalItem,
): ExternalRepository | null {
  const same = `${owner}/${name}`.toLowerCase() === `${repository.owner}/${repository.name}`.toLowerCase();
  return same || externalId === null ? null : { owner: repository.owner, name: repository.name, externalId };
}
