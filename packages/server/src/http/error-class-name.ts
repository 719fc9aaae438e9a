import Type from 'typebox';

/** The classes of failures at the other side. */
export const ErrorClassName = Type.Enum([
  'auth',
  'permission',
  'not_found',
  'validation',
  'rate_limit',
  'outage',
  'timeout',
  'connection',
  'bug',
]);
