import { defaultFieldResolver, type GraphQLFieldResolver } from 'graphql';
import { GraphQLFailure } from '../errors.ts';
import { isObject } from '../json.ts';

/** Reads a property or calls a method, and says so when this stand-in does not know the field. */
export const resolveField: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  if (isObject(source) && !(info.fieldName in source)) {
    const field = `${info.parentType.name}.${info.fieldName}`;
    throw new GraphQLFailure('UNSUPPORTED', `This stand-in for GitHub does not know ${field}.`);
  }
  return defaultFieldResolver(source, args, context, info);
};
