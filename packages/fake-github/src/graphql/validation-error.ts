import type { GraphQLError } from 'graphql';
import type { JsonObject } from '../json.ts';

const patterns: readonly (readonly [pattern: RegExp, build: (...parts: string[]) => JsonObject])[] = [
  [
    /^Cannot query field "([^"]+)" on type "([^"]+)"/,
    (field = '', type = '') => ({
      extensions: { code: 'undefinedField', typeName: type, fieldName: field },
      message: `Field '${field}' doesn't exist on type '${type}'`,
    }),
  ],
  [
    /^Unknown argument "([^"]+)" on field "([^".]+)\.([^"]+)"/,
    (argument = '', type = '', field = '') => ({
      extensions: { code: 'argumentNotAccepted', name: field, typeName: type, argumentName: argument },
      message: `Field '${field}' doesn't accept argument '${argument}'`,
    }),
  ],
  [
    /^Field "([^"]+)" argument "([^"]+)" of type "[^"]+" is required/,
    (field = '', argument = '') => ({
      extensions: { code: 'missingRequiredArguments', name: field, arguments: argument },
      message: `Field '${field}' is missing required arguments: ${argument}`,
    }),
  ],
];

/** Converts the error of an invalid document to GitHub's wording if it is known, otherwise keeps the library's. */
export function validationError(error: GraphQLError): JsonObject {
  for (const [pattern, build] of patterns) {
    const found = pattern.exec(error.message);
    if (found !== null) return { ...build(...found.slice(1)), locations: error.locations };
  }
  return { message: error.message, locations: error.locations };
}
