import { IntegrationError, UnusablePayloadError } from '@commandcenter/integration-kit';
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';

/** Reads the fields of a value that a schema names, and ignores all others, because GitHub adds and omits fields. */
export interface Reader<Schema extends TSchema> {
  /**
   * Reads a webhook's payload or a part of it at the JSON pointer `at`. Throws `UnusablePayloadError` with the pointer of the invalid
   * field.
   */
  payload(value: unknown, at?: string): Static<Schema>;
  /** Reads an API response. Throws an `IntegrationError` of class outage; `what` is the subject of its message. */
  response(value: unknown, what: string): Static<Schema>;
  matches(value: unknown): value is Static<Schema>;
}

export function createReader<Schema extends TSchema>(schema: Schema): Reader<Schema> {
  const validator = Compile(schema);
  return {
    payload(value, at = '') {
      if (validator.Check(value)) return value;
      const { pointer, message } = firstError(validator, value);
      throw new UnusablePayloadError(`The payload's ${at}${pointer} ${message}.`, {
        hint: 'Replay the delivery after the sender is fixed, or import the issue with issue-to-task.',
      });
    },
    response(value, what) {
      if (validator.Check(value)) return value;
      const { pointer, message } = firstError(validator, value);
      throw new IntegrationError(`${what} is not usable: ${pointer} ${message}.`, {
        class: 'outage',
        code: 'github.unusable_answer',
      });
    },
    matches: (value): value is Static<Schema> => validator.Check(value),
  };
}

interface FieldError {
  pointer: string;
  /** Description of the error: the end of a sentence that begins with the pointer. */
  message: string;
}

function firstError(validator: Pick<Validator, 'Errors'>, value: unknown): FieldError {
  const [error] = validator.Errors(value);
  if (error === undefined) return { pointer: '', message: 'is invalid' };
  const { instancePath: pointer } = error;
  if (error.keyword === 'required')
    return { pointer: `${pointer}/${error.params.requiredProperties[0]}`, message: 'is missing' };
  const found = valueAt(value, pointer);
  const limit = typeof found === 'number' ? limitOf(error) : undefined;
  if (typeof found !== 'number' || limit === undefined) return { pointer, message: error.message };
  return { pointer, message: `is ${formatNumber(found)}, but must be ${limit}` };
}

/** Returns words for the limit that a number violates, or undefined if the schema requires another type than a number. */
function limitOf({ keyword, params }: TLocalizedValidationError): string | undefined {
  if (keyword === 'minimum') return `${params.limit.toLocaleString('en-US')} or more`;
  if (keyword === 'maximum') return `${params.limit.toLocaleString('en-US')} or less`;
  return keyword === 'type' && params.type === 'integer' ? 'a whole number' : undefined;
}

/** Returns a number as text. JSON can hold numbers that JavaScript cannot, such as 1e999. */
const formatNumber = (value: number): string =>
  Number.isFinite(value) ? String(value) : 'beyond what a number can be';

const valueAt = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null
          ? (inner as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')]
          : undefined,
      value,
    );
