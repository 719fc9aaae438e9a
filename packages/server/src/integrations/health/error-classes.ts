import type { ErrorClass } from '@commandcenter/integration-kit';

/** All classes of failures at the provider, in the order in which documentation and API list them. */
export const errorClasses = [
  'auth',
  'permission',
  'not_found',
  'validation',
  'rate_limit',
  'outage',
  'timeout',
  'connection',
  'bug',
] as const satisfies readonly ErrorClass[];
