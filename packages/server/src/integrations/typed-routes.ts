import type { Operation } from '../accounts/access.ts';

/**
 * Routes of an integration that stand below its type (`/integrations/{id}/github/…`), one set for each installed type; or, with null,
 * directly below the integration.
 */
export interface TypedRoutes {
  type: string | null;
  /** For people: `GitHub`. */
  title: string;
}

export const pathOf = ({ type }: TypedRoutes, path: string): string =>
  type === null ? `/integrations/:id${path}` : `/integrations/:id/${type}${path}`;

/** Names the operation after the type: `githubSyncIssueToTask`. */
export function operationOf({ type, title }: TypedRoutes, operation: Operation): Operation {
  if (type === null) return operation;
  const prefix = type.replace(/[^a-zA-Z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase());
  return { ...operation, id: prefix + operation.id.charAt(0).toUpperCase() + operation.id.slice(1), tag: title };
}
