import type { Actor } from '../domain/actor.ts';
import type { Scope } from '../domain/scope.ts';
import { notFound } from '../errors.ts';

/** Who makes a request, and what that one may do. */
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
  userId: number | null;
  /** When the token ends. */
  expiresAt: Date | null;
}

export const seesProject = (principal: Principal, projectId: number | null): boolean =>
  principal.projectIds === null || (projectId !== null && principal.projectIds.includes(projectId));

/** The row, when there is one and it lies in a project of the principal's; otherwise the same 404 for both. */
export function visible<Row extends { project_id: number | null }>(
  principal: Principal,
  row: Row | undefined,
  what: string,
): Row {
  if (row === undefined || !seesProject(principal, row.project_id)) throw notFound(what);
  return row;
}
