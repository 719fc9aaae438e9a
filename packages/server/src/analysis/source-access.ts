import { type CodeHost, IntegrationError, isCodeHost, type RepositoryRef } from '@commandcenter/integration-kit';
import { ApiError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { findOnlyIntegration } from '../store/integrations.ts';
import { getRepository, type RepositoryRow } from '../store/repositories.ts';
import type { AnalysisDependencies } from './dependencies.ts';

/** Where a repository's source is fetched from, and who may answer questions about it. */
export interface SourceAccess {
  repository: RepositoryRow;
  url: string;
  credential?: { username: string; password: string };
  /** As the code host says; undefined: it does not say, or none was asked. */
  isPublic?: boolean | undefined;
}

/** Nobody here knows where the source is, or may see it: whoever has it can upload it. */
export class SourceOutOfReachError extends ApiError {
  constructor(detail: string) {
    super(422, 'source.unreachable', detail);
    this.name = 'SourceOutOfReachError';
  }
}

/**
 * The integration that may be asked about a repository; null where there is none. A repository that was registered by its name belongs to
 * the project's integration where there is just one.
 */
export const findCodeHost = async (
  db: Database,
  { integration_id, project_id }: RepositoryRow,
): Promise<number | null> => integration_id ?? (await findOnlyIntegration(db, project_id));

/** Asks the repository's integration as a code host; undefined where it has none, or one that is no code host. */
export async function askCodeHost<Answer>(
  { db, host }: Pick<AnalysisDependencies, 'db' | 'host'>,
  repository: RepositoryRow,
  what: string,
  ask: (codeHost: CodeHost, repository: RepositoryRef, signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const integrationId = await findCodeHost(db, repository);
  if (integrationId === null) return undefined;
  return await host.run(
    integrationId,
    what,
    async (instance, inner) => (isCodeHost(instance) ? await ask(instance, repository, inner) : undefined),
    { signal },
  );
}

/** Throws `SourceOutOfReachError` where nothing says where the source is. */
export async function findSourceAccess(
  dependencies: AnalysisDependencies,
  repositoryId: number,
  signal: AbortSignal,
): Promise<SourceAccess> {
  const repository = await getRepository(dependencies.db, repositoryId);
  if (repository === undefined) {
    throw new ApiError(404, 'repository.gone', `Repository ${repositoryId} was deleted meanwhile.`);
  }
  const name = `${repository.owner}/${repository.name}`;
  try {
    const access = await askCodeHost(
      dependencies,
      repository,
      'clone access',
      (codeHost, ref, inner) => codeHost.getCloneAccess(ref, inner),
      signal,
    );
    if (access !== undefined) {
      const { url, username, password, isPublic } = access;
      const credential = username === undefined ? {} : { credential: { username, password } };
      return { repository, url, isPublic, ...credential };
    }
  } catch (error) {
    // An address of its own may still do; otherwise this is the reason.
    if (repository.clone_url === null || signal.aborted) throw outOfReach(error, name);
  }
  if (repository.clone_url !== null) return { repository, url: repository.clone_url };
  throw new SourceOutOfReachError(
    `Nothing says where the source of ${name} is. Upload it (PUT /source), set the repository's clone_url, or connect an integration that can read it.`,
  );
}

function outOfReach(error: unknown, name: string): unknown {
  if (!(error instanceof IntegrationError)) return error;
  if (!['auth', 'permission', 'not_found', 'connection'].includes(error.class)) return error;
  const hint = error.hint === undefined ? '' : ` ${error.hint}`;
  return new SourceOutOfReachError(`The source of ${name} cannot be fetched: ${error.message}${hint}`);
}
