import type { Database } from '../database/database.ts';
import { ApiError, notFound, notFoundAt } from '../errors.ts';
import { type Principal, seesProject } from './principal.ts';
import { findProject } from './projects/project-queries.ts';

/** Checks that the principal reaches the project that a request body names. Throws ApiError 404 with the pointer `/project_id`. */
export async function requireProject(db: Database, principal: Principal, id: number): Promise<void> {
  if (!(await reaches(db, principal, id))) throw notFoundAt('/project_id', `project ${id}`, 'project.unknown');
}

/** Checks that the principal reaches the project that a request path names. Throws ApiError 404. */
export async function requireProjectOfPath(db: Database, principal: Principal, id: number): Promise<void> {
  if (!(await reaches(db, principal, id))) throw unknownProject(id);
}

/**
 * Returns the ids of the projects that a list is read from, or null for all. Throws ApiError 404 when the caller requests a project that
 * it does not reach.
 */
export async function projectsToList(
  db: Database,
  principal: Principal,
  id: number | undefined,
): Promise<readonly number[] | null> {
  if (id === undefined) return principal.projectIds;
  await requireProjectOfPath(db, principal, id);
  return [id];
}

export const unknownProject = (id: number): ApiError => notFound(`project ${id}`, 'project.unknown');

/** Returns the ApiError 403 for a token that is bound to a project and used for something that concerns the whole installation. */
export const boundToProject = (id: number): ApiError =>
  new ApiError(
    403,
    'token.bound_to_project',
    `This token reaches project ${id} alone, and this concerns all of them. Use a token for all projects.`,
  );

/**
 * Returns true when the project exists and the principal reaches it. The database is asked only for principals that reach all projects:
 * the projects of the others are known to exist.
 */
const reaches = async (db: Database, principal: Principal, id: number): Promise<boolean> =>
  seesProject(principal, id) && (principal.projectIds !== null || (await findProject(db, id)) !== undefined);
