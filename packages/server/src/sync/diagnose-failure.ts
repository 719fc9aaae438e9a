import { type ExternalRepository, IntegrationError, IntegrationNotFoundError } from '@commandcenter/integration-kit';
import type { IntegrationSession } from '../integrations/host.ts';
import type { RepositoryRefusal, RepositoryRow } from '../integrations/repositories/repository-queries.ts';
import { trackerOf } from './dependencies.ts';

/** The cause of a refused request: its item, its repository, or something else. */
export type Diagnosis =
  /** The cause is neither the item nor its repository. The retry policy decides by the error's class. */
  | { kind: 'other'; error: IntegrationError }
  /** The provider refuses requests for this item alone. */
  | { kind: 'item_refused'; error: IntegrationError }
  /** The item is gone. `certain` is true if the provider said that it was deleted, and false if it was only not found. */
  | { kind: 'item_gone'; certain: boolean; error: IntegrationError }
  /** The whole repository refuses requests. `takenBy` is another repository that has its name now, if there is one. */
  | { kind: 'repository_refused'; refusal: Omit<RepositoryRefusal, 'since'>; takenBy?: ExternalRepository }
  /** The repository has another name now, under which the request must be repeated. */
  | { kind: 'repository_renamed'; repository: ExternalRepository };

export type KnownRepository = Pick<RepositoryRow, 'owner' | 'name' | 'external_id' | 'handle'>;

/**
 * Finds out whether a refusal (403, 404, 410) concerns the item or its whole repository. It requests the repository for that, because
 * both refusals look the same and another repository may have taken the name.
 */
export async function diagnoseFailure(
  session: IntegrationSession,
  repository: KnownRepository,
  error: IntegrationError,
  { writing }: { writing: boolean },
): Promise<Diagnosis> {
  if (error.class !== 'permission' && error.class !== 'not_found') return { kind: 'other', error };
  const access = await checkRepository(session, repository, { writing, words: error.message });
  if (access.kind !== 'works') return access;
  if (error.class === 'permission') return { kind: 'item_refused', error };
  return { kind: 'item_gone', certain: error instanceof IntegrationNotFoundError && error.gone, error };
}

export type RepositoryAccess =
  | { kind: 'works'; repository: ExternalRepository }
  | Extract<Diagnosis, { kind: 'repository_refused' | 'repository_renamed' | 'other' }>;

/**
 * Checks that the repository is still found under its name and, if `writing`, may be written to. Otherwise returns its refusal, its new
 * name or another error.
 *
 * @param words message of the refused request that led to this check, used as the message of the refusal
 */
export async function checkRepository(
  session: IntegrationSession,
  repository: KnownRepository,
  { writing, words }: { writing: boolean; words?: string },
): Promise<RepositoryAccess> {
  const name = `${repository.owner}/${repository.name}`;
  let found: ExternalRepository;
  try {
    found = await session.run('read repository', (instance, signal) =>
      trackerOf(instance).getRepository({ owner: repository.owner, name: repository.name }, signal),
    );
  } catch (thrown) {
    if (!(thrown instanceof IntegrationError)) throw thrown;
    if (thrown.class === 'not_found') return (await findRenamed(session, repository)) ?? notFound(thrown, name);
    if (thrown.class !== 'permission') return { kind: 'other', error: thrown };
    return refused('everything', thrown.class, thrown.message, thrown.hint ?? `Give the credential access to ${name}.`);
  }
  if (isOther(repository, found)) {
    const error = new IntegrationNotFoundError(`${name} is another repository now: it has another id.`);
    return (await findRenamed(session, repository)) ?? { ...notFound(error, name), takenBy: found };
  }
  if (found.itemsDisabled === true) {
    const message = words ?? `Issues are disabled in ${name}.`;
    return refused('everything', 'permission', message, `Enable issues in the settings of ${name}.`);
  }
  if (writing && found.archived === true)
    return refused('writes', 'permission', words ?? `${name} is archived.`, `Unarchive ${name}.`);
  if (writing && found.writable === false) {
    const message = words ?? `The credential may not write to ${name}.`;
    return refused('writes', 'permission', message, `Give the credential's account write access to ${name}.`);
  }
  return { kind: 'works', repository: found };
}

/** Looks the repository up by its immutable id and returns it under its present name; null if it is not found or its name is unchanged. */
async function findRenamed(
  session: IntegrationSession,
  { owner, name, external_id, handle }: KnownRepository,
): Promise<Extract<Diagnosis, { kind: 'repository_renamed' | 'other' }> | null> {
  if (external_id === null || handle === null) return null;
  try {
    const located = await session.run('locate repository', async (instance, signal) => {
      const tracker = trackerOf(instance);
      return (await tracker.locateRepository?.({ externalId: external_id, handle }, signal)) ?? null;
    });
    if (located === null || (located.owner === owner && located.name === name)) return null;
    return { kind: 'repository_renamed', repository: located };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    // A provider without a lookup by id refuses the request, and then no other name of the repository is known.
    return ['not_found', 'validation', 'permission'].includes(error.class) ? null : { kind: 'other', error };
  }
}

/** Returns true if the found repository has another immutable id than the known one; false also if one of the ids is unknown. */
export const isOther = ({ external_id }: KnownRepository, { externalId }: ExternalRepository): boolean =>
  external_id !== null && externalId !== undefined && external_id !== externalId;

const notFound = (error: IntegrationError, name: string) =>
  refused(
    'everything',
    'not_found',
    error.message,
    `Give the credential access to ${name}. If it was deleted, remove its tasks' links by deleting the tasks or the integration.`,
  );

const refused = (
  scope: RepositoryRefusal['scope'],
  errorClass: RepositoryRefusal['class'],
  message: string,
  remedy: string,
): Extract<Diagnosis, { kind: 'repository_refused' }> => ({
  kind: 'repository_refused',
  refusal: { scope, class: errorClass, message: message.slice(0, 1000), remedy },
});
