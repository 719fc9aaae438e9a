import type { ErrorObject } from 'ajv';
import { type FieldError, MOST_FIELD_ERRORS } from '../errors.ts';
import { grouped, tooLong } from '../text-length.ts';
import { escapePointer } from './unstorable.ts';

/**
 * Converts the errors of a schema validation into one sentence per field, each with a JSON pointer to the field. Sentences beyond the
 * number that a response holds are empty, because building them takes time.
 */
export function fieldErrors(errors: readonly ErrorObject[], schema: object): FieldError[] {
  const found = new Map<string, string>();
  for (const error of withoutBranches(errors)) {
    const pointer = pointerOf(error);
    if (found.has(pointer)) continue;
    found.set(pointer, found.size < MOST_FIELD_ERRORS ? messageOf(error, schema) : '');
  }
  return [...found].map(([pointer, message]) => ({ pointer, message }));
}

/**
 * Reduces the errors of unions. A union reports the errors of each branch before its own; those of a branch with the right type say the
 * most, and otherwise the union's own error, which names all branches, is kept.
 */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const kept: ErrorObject[] = [];
  for (const error of errors) {
    if (error.keyword === 'anyOf') {
      const firstOfBranches = kept.findLastIndex((earlier) => !isInside(earlier, error)) + 1;
      const ofBranches = kept.splice(firstOfBranches);
      const telling = ofBranches.filter(({ keyword }) => keyword !== 'type' && keyword !== 'const');
      if (telling.length > 0) {
        kept.push(...telling);
        continue;
      }
    }
    kept.push(error);
  }
  return kept;
}

/**
 * Returns true when the error belongs to a branch of this union at the same place. The schema path alone is not enough, because the same
 * schema also checks the other entries of a list.
 */
const isInside = (error: ErrorObject, union: ErrorObject): boolean =>
  error.schemaPath.startsWith(`${union.schemaPath}/`) &&
  (error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`));

function pointerOf({ keyword, instancePath, params }: ErrorObject): string {
  if (keyword === 'required') return `${instancePath}/${escapePointer(String(params.missingProperty))}`;
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    return `${instancePath}/${escapePointer(String(params.additionalProperty ?? params.unevaluatedProperty))}`;
  }
  return instancePath;
}

function messageOf(error: ErrorObject, schema: object): string {
  const { keyword, params } = error;
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `is not a field here${suggestion(error, schema)}`;
    case 'type':
      return `must be ${typeNames(params.type)}`;
    case 'enum':
      return `must be one of ${(params.allowedValues as unknown[]).map(quoted).join(', ')}`;
    case 'const':
      return `must be ${quoted(params.allowedValue)}`;
    case 'anyOf':
      return unionMessage(error);
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : `must have at least ${params.limit} characters`;
    case 'maxLength':
      return tooLong(String(error.data), Number(params.limit));
    case 'minItems':
      return `must have at least ${params.limit} ${params.limit === 1 ? 'entry' : 'entries'}`;
    case 'maxItems':
      return `must have at most ${params.limit} entries`;
    case 'minProperties':
      return 'must have at least one field';
    case 'maxProperties':
      return `must have at most ${params.limit} fields`;
    case 'uniqueItems':
      return 'must not name an entry twice';
    case 'minimum':
      return `must be ${grouped(Number(params.limit))} or more`;
    case 'maximum':
      return `must be ${grouped(Number(params.limit))} or less`;
    case 'format':
      return formats[String(params.format)] ?? `must be a ${params.format}`;
    case 'pattern':
      return patternMessage(error);
    default:
      return error.message ?? 'is wrong';
  }
}

const formats: Record<string, string> = {
  date: 'must be a date such as 2026-01-31',
  'date-time': 'must be a time such as 2026-01-31T12:00:00Z',
};

const articles: Record<string, string> = {
  object: 'an object',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};

const typeNames = (types: unknown): string =>
  ([] as unknown[])
    .concat(types)
    .map((type) => articles[String(type)] ?? String(type))
    .join(' or ');

/** Returns the message for a value that matches no branch of a union. The unions of this API are of literals, or of one type and null. */
function unionMessage({ parentSchema }: ErrorObject): string {
  const branches = (parentSchema as { anyOf: Record<string, unknown>[] }).anyOf;
  const names = branches.map((branch) => {
    if ('const' in branch) return quoted(branch.const);
    const format = formats[String(branch.format)];
    return format === undefined ? typeNames(branch.type) : format.replace(/^must be /, '');
  });
  const literal = branches.every((branch) => 'const' in branch);
  return literal ? `must be one of ${names.join(', ')}` : `must be ${names.join(' or ')}`;
}

/** Returns the message for a text that does not match a pattern. The schema's `x-expected` completes the sentence "must be …". */
const patternMessage = ({ parentSchema }: ErrorObject): string => {
  const expected = (parentSchema as { 'x-expected'?: string })['x-expected'];
  return expected === undefined ? 'has characters that are not allowed' : `must be ${expected}`;
};

/** Returns a hint with the known field that was probably meant, or an empty text. */
function suggestion({ params, parentSchema }: ErrorObject, schema: object): string {
  const name = String(params.additionalProperty ?? params.unevaluatedProperty);
  const properties =
    (parentSchema as { properties?: object }).properties ?? (schema as { properties?: object }).properties;
  const close = Object.keys(properties ?? {}).find((known) => distance(known, name.slice(0, 64)) <= 2);
  return close === undefined ? '' : `; did you mean "${close}"?`;
}

/** Returns the Levenshtein distance of two texts. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

const quoted = (value: unknown): string => JSON.stringify(value);
