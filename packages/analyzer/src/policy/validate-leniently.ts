import { type TSchema, Type } from 'typebox';
import Value from 'typebox/value';
import { globError } from '../tree/path-glob.ts';

/** Reports a problem with the value at a path of keys and indices. */
export type ReportProblem = (path: readonly (string | number)[], message: string) => void;

/** Checks of text formats; each returns an error message or undefined. */
const formats = {
  glob: (text: string) => (text.startsWith('!') ? 'it begins with "!"' : globError(text)),
  'glob-or-not': globError,
};
export type PolicyFormat = keyof typeof formats;

/**
 * Validates `value` against `schema`, reports unknown keys and invalid values, and returns the value without them.
 * Returns undefined if nothing can be kept, because the type is wrong or something required is missing.
 */
export function validateLeniently(
  schema: TSchema,
  value: unknown,
  path: readonly (string | number)[],
  report: ReportProblem,
): unknown {
  if (Type.IsObject(schema)) return validateMembers(schema, value, path, report);
  if (Type.IsArray(schema)) {
    if (!Array.isArray(value)) return rejectValue(schema, path, report);
    const { maxItems = Number.POSITIVE_INFINITY } = schema as { maxItems?: number };
    if (value.length > maxItems)
      report(path, `${formatPath(path)} has more than ${maxItems} entries: the first ${maxItems} hold.`);
    return value.slice(0, maxItems).flatMap((item, index) => {
      const kept = validateLeniently(schema.items, item, [...path, index], report);
      return kept === undefined ? [] : [kept];
    });
  }
  if (!Value.Check(schema, value)) return rejectValue(schema, path, report);
  const error = typeof value === 'string' ? formatError(schema, value) : undefined;
  if (error !== undefined) report(path, `${formatPath(path)} is no glob: ${error}.`);
  return error === undefined ? value : undefined;
}

function formatError(schema: TSchema, text: string): string | undefined {
  const { format } = schema as { format?: string };
  return format === 'glob' || format === 'glob-or-not' ? formats[format](text) : undefined;
}

function validateMembers(
  schema: Type.TObject,
  value: unknown,
  path: readonly (string | number)[],
  report: ReportProblem,
): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report(path, `${formatPath(path)} has to be a mapping of keys to values.`);
    return undefined;
  }
  const allowedKeys = Object.keys(schema.properties);
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const inner = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (inner === undefined) {
      report([...path, key], `${formatPath([...path, key])} is not known. Known are: ${allowedKeys.join(', ')}.`);
      continue;
    }
    // Accept a key without a value, such as `gate:`, where an object or a list is expected.
    if (member === null && (Type.IsObject(inner) || Type.IsArray(inner))) continue;
    const good = validateLeniently(inner, member, [...path, key], report);
    if (good !== undefined) kept[key] = good;
  }
  const required: readonly string[] = schema.required ?? [];
  if (required.length === 0) return kept;
  const missing = required.filter((key) => !Object.hasOwn(value, key));
  if (missing.length > 0) report(path, `${formatPath(path)} does not hold: it has no ${missing.join(' and no ')}.`);
  // An object with required members is kept completely or not at all: without its path, a suppression would cover
  // everything.
  return missing.length === 0 && Object.keys(value).every((key) => Object.hasOwn(kept, key)) ? kept : undefined;
}

function rejectValue(schema: TSchema, path: readonly (string | number)[], report: ReportProblem): undefined {
  const { expected } = schema as { expected?: unknown };
  report(path, `${formatPath(path)} has to be ${typeof expected === 'string' ? expected : 'of another kind'}.`);
  return undefined;
}

/** Formats a path as `analysis.suppressions[2].expires`. Keys come from the file, so unusual ones are quoted. */
function formatPath(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'The file';
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = /^[\w-]{1,60}$/.test(step) ? step : JSON.stringify(step.slice(0, 60));
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}
