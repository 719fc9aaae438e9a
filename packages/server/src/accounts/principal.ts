import { notFound } from '../errors.ts';
import type { Actor } from './actor.ts';
import type { Scope } from './scope.ts';

/** The one repository that a workflow's token is for. Only the id says which one it is. */
export interface BoundRepository {
  /** Its trust, in the project. */
  trustId: number;
  /** Our own id of it; null while the project does not have it. */
  id: number | null;
  host: string;
  /** The provider's immutable id. */
  externalId: string;
  /** `owner/repo`, as the last id token had it; null where none had a name. */
  name: string | null;
  /** When it had that name. */
  namedAt: Date;
}

/** The caller of a request with its permissions. */
export interface Principal {
  /** As history and audit show it. */
  actor: Actor;
  /** Stable and unique: keys of idempotent requests belong to it. */
  key: string;
  scopes: ReadonlySet<Scope>;
  /** Projects it reaches; null: all. */
  projectIds: readonly number[] | null;
  /** The one project its token is bound to. */
  boundProjectId: number | null;
  /** The one repository whose jobs it creates and sees; null: no such limit. */
  repository: BoundRepository | null;
  userId: number | null;
  /** When the token ends. */
  expiresAt: Date | null;
}

export const seesProject = (principal: Principal, projectId: number | null): boolean =>
  principal.projectIds === null || (projectId !== null && principal.projectIds.includes(projectId));

/** A principal that is bound to a repository sees what belongs to that one, and nothing that belongs to none. */
const seesRepository = ({ repository }: Principal, repositoryId: number | null | undefined): boolean =>
  repository === null || (repository.id !== null && repository.id === repositoryId);

/** The row, when there is one and the principal reaches its project and repository; otherwise the same 404 for all. */
export function visible<Row extends { project_id: number | null; repository_id?: number | null }>(
  principal: Principal,
  row: Row | undefined,
  what: string,
): Row {
  if (row === undefined || !seesProject(principal, row.project_id) || !seesRepository(principal, row.repository_id)) {
    throw notFound(what);
  }
  return row;
}
