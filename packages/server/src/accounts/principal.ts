import { notFound } from '../errors.ts';
import type { Actor } from './actor.ts';
import type { Scope } from './scope.ts';

/** The one repository that a workflow's token is bound to, identified by its host and the provider's id. */
export interface BoundRepository {
  /** Id of the `trusted_repositories` row of the project. */
  trustId: number;
  /** Our id of the repository; null while the project does not know it. */
  id: number | null;
  host: string;
  /** The provider's immutable id of the repository. */
  externalId: string;
  /** Name of the repository as `owner/repo` in the latest id token that had one; null when none had. */
  name: string | null;
  /** Time at which the repository had this name. */
  namedAt: Date;
}

/** The caller of a request, with its identity and permissions. */
export interface Principal {
  /** The caller as history and audit log show it. */
  actor: Actor;
  /** Stable, unique text for the caller. The idempotency keys of its requests are stored under it. */
  key: string;
  scopes: ReadonlySet<Scope>;
  /** Ids of the projects that the caller reaches; null for all projects. */
  projectIds: readonly number[] | null;
  /** Id of the one project that the caller's token is bound to; null when it is not bound. */
  boundProjectId: number | null;
  /** The one repository whose jobs the caller may create and see; null when the caller is not limited to a repository. */
  repository: BoundRepository | null;
  userId: number | null;
  /** Time at which the caller's token expires; null when it does not expire. */
  expiresAt: Date | null;
}

export const seesProject = (principal: Principal, projectId: number | null): boolean =>
  principal.projectIds === null || (projectId !== null && principal.projectIds.includes(projectId));

/**
 * Returns true when the principal may see objects of this repository. A principal that is bound to a repository sees no others, and none
 * that belong to no repository.
 */
const seesRepository = ({ repository }: Principal, repositoryId: number | null | undefined): boolean =>
  repository === null || (repository.id !== null && repository.id === repositoryId);

/** Returns the row when it exists and the principal reaches its project and repository. Throws the same ApiError 404 in all other cases. */
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
