import { IntegrationError, UnusablePayloadError } from '@commandcenter/integration-kit';
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';

/** Reads the fields that are used and tolerates the rest: missing and extra fields are normal at GitHub. */
export interface Reader<Schema extends TSchema> {
  /** Reads a webhook's value. Throws UnusablePayloadError that names the field by its JSON pointer; `at` is the pointer of the value. */
  payload(value: unknown, at?: string): Static<Schema>;
  /** Reads a response of the API. Throws an error of class outage; `what` is the subject of its message. */
  answer(value: unknown, what: string): Static<Schema>;
  matches(value: unknown): value is Static<Schema>;
}

export function createReader<Schema extends TSchema>(schema: Schema): Reader<Schema> {
  const validator = Compile(schema);
  return {
    payload(value, at = '') {
      if (validator.Check(value)) return value;
      const { pointer, message } = firstFault(validator, value);
      throw new UnusablePayloadError(`The payload's ${at}${pointer} ${message}.`, {
        hint: 'Replay the delivery when the sender is mended, or ask for the item with issue-to-task.',
      });
    },
    answer(value, what) {
      if (validator.Check(value)) return value;
      const { pointer, message } = firstFault(validator, value);
      throw new IntegrationError(`${what} is not usable: ${pointer} ${message}.`, {
        class: 'outage',
        code: 'github.unusable_answer',
      });
    },
    matches: (value): value is Static<Schema> => validator.Check(value),
  };
}

interface Fault {
  pointer: string;
  /** What is wrong, as the end of a sentence that begins with the pointer. */
  message: string;
}

function firstFault(validator: Pick<Validator, 'Errors'>, value: unknown): Fault {
  const [fault] = validator.Errors(value);
  if (fault === undefined) return { pointer: '', message: 'is wrong' };
  const { instancePath: pointer } = fault;
  if (fault.keyword === 'required')
    return { pointer: `${pointer}/${fault.params.requiredProperties[0]}`, message: 'is missing' };
  const found = valueAt(value, pointer);
  const limit = typeof found === 'number' ? limitOf(fault) : undefined;
  if (typeof found !== 'number' || limit === undefined) return { pointer, message: fault.message };
  return { pointer, message: `is ${numberInWords(found)}, but must be ${limit}` };
}

/** What a number must be. Undefined where another type is wanted. */
function limitOf(fault: TLocalizedValidationError): string | undefined {
  const { keyword, params } = fault;
  if (keyword === 'minimum') return `${params.limit.toLocaleString('en-US')} or more`;
  if (keyword === 'maximum') return `${params.limit.toLocaleString('en-US')} or less`;
  return keyword === 'type' && params.type === 'integer' ? 'a whole number' : undefined;
}

/** JSON has numbers that JavaScript cannot hold, such as 1e999. */
const numberInWords = (value: number): string =>
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
