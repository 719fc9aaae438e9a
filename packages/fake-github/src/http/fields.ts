import { ApiError } from '../errors.ts';
import { isObject, type JsonObject } from '../json.ts';

/** Returns GitHub's 422 error for a field of a request body that does not match the schema. */
export function invalidRequest(field: string, value: unknown, expected: string): ApiError {
  const shown = value === undefined ? 'nil' : value === null ? 'nil' : JSON.stringify(value).slice(0, 100);
  return new ApiError(422, `Invalid request.\n\nFor 'properties/${field}', ${shown} is not ${expected}.`);
}

export function bodyObject(body: unknown): JsonObject {
  if (body === undefined || body === null) return {};
  if (isObject(body)) return body;
  throw new ApiError(
    422,
    `Invalid request.\n\nFor 'links/0/schema', ${JSON.stringify(body).slice(0, 100)} is not an object.`,
  );
}

/** Returns a string field of a request body, which may be absent. Throws 422 for any other value. */
export function optionalString(body: JsonObject, field: string): string | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  throw invalidRequest(field, value, 'a string');
}

/** Returns a string field of a request body, which may be null or absent. Throws 422 for any other value. */
export function nullableString(body: JsonObject, field: string): string | null | undefined {
  return body[field] === null ? null : optionalString(body, field);
}

export function optionalBoolean(body: JsonObject, field: string): boolean | undefined {
  const value = body[field];
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalidRequest(field, value, 'a boolean');
}

/** Returns a field of a request body that has one of the given values or is absent. Throws 422 for any other value. */
export function optionalWord<T extends string>(body: JsonObject, field: string, words: readonly T[]): T | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw invalidRequest(field, value, `a member of ${JSON.stringify(words)}`);
  return word;
}

/** Returns a list of a request body as strings. Its entries are strings, or objects that contain the string in `key`. */
export function stringList(value: unknown, field: string, key: string): string[] {
  if (!Array.isArray(value)) throw invalidRequest(field, value, 'an array');
  return value.map((element: unknown) => {
    const text = isObject(element) ? element[key] : element;
    if (typeof text !== 'string') throw invalidRequest(field, element, 'a string');
    return text;
  });
}

export function optionalStringList(body: JsonObject, field: string, key: string): string[] | undefined {
  const value = body[field];
  return value === undefined || value === null ? undefined : stringList(value, field, key);
}
