import type { ErrorClass } from '@commandcenter/integration-kit';
import Type from 'typebox';

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

/** The schema of an error class in the API. */
export const ErrorClassName = Type.Enum([...errorClasses]);
