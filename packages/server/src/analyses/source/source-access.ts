import { type CodeHost, IntegrationError, isCodeHost, type RepositoryRef } from '@commandcenter/integration-kit';
import type { Database, Transaction } from '../../database/database.ts';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { ApiError } from '../../errors.ts';
import { findIntegration, findOnlyIntegration, type IntegrationRow } from '../../integrations/integration-queries.ts';
import { mayUseCredential } from '../../integrations/repositories/repository-access.ts';
import { identifyRegistered } from '../../integrations/repositories/repository-identity-queries.ts';
import { getRepository, type RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import type { AnalysisDependencies } from '../dependencies.ts';

/** Address from which a repository's source is fetched, with the credential for it if there is one. */
export interface SourceAccess {
  repository: RepositoryRow;
  url: string;
  credential?: { username: string; password: string };
  /** True when the code host says that the repository is public; undefined when it does not say or was not asked. */
  isPublic?: boolean | undefined;
}

/** Thrown when this server does not know where the source is, or may not read it. Somebody who has the source can upload it. */
export class SourceOutOfReachError extends ApiError {
  constructor(detail: string, code = 'source.unreachable') {
    super(422, code, detail);
    this.name = 'SourceOutOfReachError';
  }
}

/**
 * Finds the integration of a repository. A repository that was registered by its name gets the project's integration when there is
 * exactly one.
 */
async function findOwnIntegration(
  db: Database | Transaction,
  { integration_id, project_id }: RepositoryRow,
): Promise<IntegrationRow | undefined> {
  const id = integration_id ?? (await findOnlyIntegration(db, project_id));
  return id === null ? undefined : await findIntegration(db, id);
}

/** Finds the integration whose credential may be used for a repository; undefined when there is none. */
export async function findCodeHost(
  db: Database | Transaction,
  repository: RepositoryRow,
): Promise<IntegrationRow | undefined> {
  const integration = await findOwnIntegration(db, repository);
  return integration !== undefined && mayUseCredential(integration, repository) ? integration : undefined;
}

/**
 * Calls the code host of a repository's integration. Returns undefined when no integration may be used for the repository, or its
 * integration is not a code host.
 */
export async function askCodeHost<Answer>(
  { db, host }: Pick<AnalysisDependencies, 'db' | 'host'>,
  repository: RepositoryRow,
  what: string,
  ask: (codeHost: CodeHost, repository: RepositoryRef, signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const integration = await findCodeHost(db, repository);
  if (integration === undefined) return undefined;
  return await host.run(
    integration.id,
    what,
    async (instance, inner) => (isCodeHost(instance) ? await ask(instance, repository, inner) : undefined),
    { signal },
  );
}

/**
 * Returns how to fetch a repository's source. Throws `SourceOutOfReachError` when its address is unknown, or no credential may be used
 * for it.
 */
export async function findSourceAccess(
  dependencies: AnalysisDependencies,
  repositoryId: number,
  signal: AbortSignal,
): Promise<SourceAccess> {
  const { db } = dependencies;
  const repository = await getRepository(db, repositoryId);
  if (repository === undefined) {
    throw new ApiError(404, 'repository.gone', `Repository ${repositoryId} was deleted meanwhile.`);
  }
  const name = `${repository.owner}/${repository.name}`;
  if (repository.name_lost_at !== null) throw otherRepository(name);
  let access: Awaited<ReturnType<CodeHost['getCloneAccess']>> | undefined;
  try {
    access = await askCodeHost(
      dependencies,
      repository,
      'clone access',
      (codeHost, ref, inner) => codeHost.getCloneAccess(ref, inner),
      signal,
    );
  } catch (error) {
    // The repository's `clone_url` may still work. Without one this error is the reason why the source cannot be fetched.
    if (repository.clone_url === null || signal.aborted) throw outOfReach(error, name);
  }
  if (access !== undefined) {
    const { url, username, password, externalId, isPublic } = access;
    await requireSameRepository(db, repository, externalId);
    const credential = username === undefined ? {} : { credential: { username, password } };
    return { repository, url, isPublic, ...credential };
  }
  const integration = await findOwnIntegration(db, repository);
  if (integration !== undefined && !repository.registered && !mayUseCredential(integration, repository)) {
    throw notGranted(repository, integration);
  }
  if (repository.clone_url !== null) return { repository, url: repository.clone_url };
  throw new SourceOutOfReachError(
    `Nothing says where the source of ${name} is. Upload it (PUT /source), set the repository's clone_url, or connect an integration that can read it.`,
  );
}

/**
 * Checks that the name still belongs to the repository for which the credential may be used. The provider's id is stored for a repository
 * that was known only by its name.
 */
async function requireSameRepository(
  db: Database,
  repository: RepositoryRow,
  externalId: string | undefined,
): Promise<void> {
  const { id, owner, name, external_id } = repository;
  if (externalId === undefined || externalId === external_id) return;
  if (external_id !== null) throw otherRepository(`${owner}/${name}`);
  const integration = await findCodeHost(db, repository);
  if (integration === undefined) return;
  const { host } = integration;
  await retriedTransaction(db, (trx) => identifyRegistered(trx, { id, host, externalId }));
}

const otherRepository = (name: string): SourceOutOfReachError =>
  new SourceOutOfReachError(
    `Another repository has the name ${name} by now, and the source of this one is not where it was. Upload it (PUT /source).`,
    'source.other_repository',
  );

const notGranted = (
  { id, owner, name }: RepositoryRow,
  integration: Pick<IntegrationRow, 'id'>,
): SourceOutOfReachError =>
  new SourceOutOfReachError(
    `No owner has registered ${owner}/${name}, so the credential of integration ${integration.id} is not used for it. Upload the source (PUT /source). An owner allows it with PATCH /api/v1/repositories/${id} {"integration_id": ${integration.id}}, or by naming it in config.repositories.`,
    'source.credential_not_granted',
  );

function outOfReach(error: unknown, name: string): unknown {
  if (!(error instanceof IntegrationError)) return error;
  if (!['auth', 'permission', 'not_found', 'connection'].includes(error.class)) return error;
  const hint = error.hint === undefined ? '' : ` ${error.hint}`;
  return new SourceOutOfReachError(`The source of ${name} cannot be fetched: ${error.message}${hint}`);
}
