import type { Operation } from '../accounts/access.ts';

/**
 * A set of routes of an integration: for each installed type below the type (`/integrations/{id}/github/…`), and once, with `type` null,
 * directly below the integration.
 */
export interface TypedRoutes {
  type: string | null;
  /** Name of the type for people, such as `GitHub`. */
  title: string;
}

export const pathOf = ({ type }: TypedRoutes, path: string): string =>
  type === null ? `/integrations/:id${path}` : `/integrations/:id/${type}${path}`;

/** Puts the type in front of the operation's id, such as `githubSyncIssueToTask`, and uses the title as its tag. */
export function operationOf({ type, title }: TypedRoutes, operation: Operation): Operation {
  if (type === null) return operation;
  const prefix = type.replace(/[^a-zA-Z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase());
  return { ...operation, id: prefix + operation.id.charAt(0).toUpperCase() + operation.id.slice(1), tag: title };
}
