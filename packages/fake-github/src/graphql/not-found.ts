import { GraphQLFailure } from '../errors.ts';

/** GitHub's answer for what is not there and for what may not be seen. */
export function failNotFound(message: string): never {
  throw new GraphQLFailure('NOT_FOUND', message);
}
