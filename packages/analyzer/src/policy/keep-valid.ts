import { type TSchema, Type } from 'typebox';
import Value from 'typebox/value';
import { faultOfGlob } from './path-glob.ts';

/** Reports a problem with the value at a path of keys and indices. */
export type TellProblem = (path: readonly (string | number)[], message: string) => void;

/** Checks of text formats; each returns an error message or undefined. */
const formats = {
  glob: (text: string) => (text.startsWith('!') ? 'it begins with "!"' : faultOfGlob(text)),
  'glob-or-not': faultOfGlob,
};
export type PolicyFormat = keyof typeof formats;

/**
 * Validates `value` against `schema`, reports unknown keys and invalid values, and returns the value without them.
 * Returns undefined if nothing can be kept, because the type is wrong or something required is missing.
 */
export function keepValid(
  schema: TSchema,
  value: unknown,
  path: readonly (string | number)[],
  tell: TellProblem,
): unknown {
  if (Type.IsObject(schema)) return keepMembers(schema, value, path, tell);
  if (Type.IsArray(schema)) {
    if (!Array.isArray(value)) return refuse(schema, path, tell);
    const { maxItems = Number.POSITIVE_INFINITY } = schema as { maxItems?: number };
    if (value.length > maxItems)
      tell(path, `${inWords(path)} has more than ${maxItems} entries: the first ${maxItems} hold.`);
    return value.slice(0, maxItems).flatMap((item, index) => {
      const kept = keepValid(schema.items, item, [...path, index], tell);
      return kept === undefined ? [] : [kept];
    });
  }
  if (!Value.Check(schema, value)) return refuse(schema, path, tell);
  const fault = typeof value === 'string' ? faultOfText(schema, value) : undefined;
  if (fault !== undefined) tell(path, `${inWords(path)} is no glob: ${fault}.`);
  return fault === undefined ? value : undefined;
}

function faultOfText(schema: TSchema, text: string): string | undefined {
  const { format } = schema as { format?: string };
  return format === 'glob' || format === 'glob-or-not' ? formats[format](text) : undefined;
}

function keepMembers(
  schema: Type.TObject,
  value: unknown,
  path: readonly (string | number)[],
  tell: TellProblem,
): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    tell(path, `${inWords(path)} has to be a mapping of keys to values.`);
    return undefined;
  }
  const known = Object.keys(schema.properties);
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const inner = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (inner === undefined) {
      tell([...path, key], `${inWords([...path, key])} is not known. Known are: ${known.join(', ')}.`);
      continue;
    }
    // `gate:` without a value is valid.
    if (member === null && (Type.IsObject(inner) || Type.IsArray(inner))) continue;
    const good = keepValid(inner, member, [...path, key], tell);
    if (good !== undefined) kept[key] = good;
  }
  const required: readonly string[] = schema.required ?? [];
  if (required.length === 0) return kept;
  const missing = required.filter((key) => !Object.hasOwn(value, key));
  if (missing.length > 0) tell(path, `${inWords(path)} does not hold: it has no ${missing.join(' and no ')}.`);
  // An object with required members is kept completely or not at all: without its path, a suppression would cover
  // everything.
  return missing.length === 0 && Object.keys(value).every((key) => Object.hasOwn(kept, key)) ? kept : undefined;
}

function refuse(schema: TSchema, path: readonly (string | number)[], tell: TellProblem): undefined {
  const { expected } = schema as { expected?: unknown };
  tell(path, `${inWords(path)} has to be ${typeof expected === 'string' ? expected : 'of another kind'}.`);
  return undefined;
}

/** Formats a path as `analysis.suppressions[2].expires`. Keys come from the file, so unusual ones are quoted. */
function inWords(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'The file';
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = /^[\w-]{1,60}$/.test(step) ? step : JSON.stringify(step.slice(0, 60));
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}
