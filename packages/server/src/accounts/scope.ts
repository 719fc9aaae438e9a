/** Permissions that an API token can have. `X:read` allows reading resources of the kind X, `X:write` changing them. */
export const scopes = [
  'jobs:create',
  'jobs:read',
  'tasks:read',
  'tasks:write',
  'integrations:read',
  'integrations:write',
  'repositories:read',
  'repositories:write',
  'deliveries:read',
  'deliveries:replay',
  'projects:write',
  'tokens:write',
  'admin',
] as const;
export type Scope = (typeof scopes)[number];

const known: ReadonlySet<string> = new Set(scopes);

export const isScope = (value: string): value is Scope => known.has(value);
