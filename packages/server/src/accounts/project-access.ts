import type { Database } from '../database/database.ts';
import { ApiError, notFound, notFoundAt } from '../errors.ts';
import { type Principal, seesProject } from './principal.ts';
import { findProject } from './projects/project-queries.ts';

/** For what is to be made in a project that the body names. */
export async function requireProject(db: Database, principal: Principal, id: number): Promise<void> {
  if (!(await reaches(db, principal, id))) throw notFoundAt('/project_id', `project ${id}`, 'project.unknown');
}

/** For what lies in a project that the path names. */
export async function requireProjectOfPath(db: Database, principal: Principal, id: number): Promise<void> {
  if (!(await reaches(db, principal, id))) throw unknownProject(id);
}

/** The projects a list is read from (null: all). Asking for one that the caller does not reach is a 404. */
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

/** For what concerns the whole installation. */
export const boundToProject = (id: number): ApiError =>
  new ApiError(
    403,
    'token.bound_to_project',
    `This token reaches project ${id} alone, and this concerns all of them. Use a token for all projects.`,
  );

/** Members' projects exist; who reaches all projects may name one that does not. */
const reaches = async (db: Database, principal: Principal, id: number): Promise<boolean> =>
  seesProject(principal, id) && (principal.projectIds !== null || (await findProject(db, id)) !== undefined);
