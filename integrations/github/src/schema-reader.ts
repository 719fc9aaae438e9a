import { IntegrationError, UnusablePayloadError } from '@commandcenter/integration-kit';
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

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

function firstFault(validator: Pick<Validator, 'Errors'>, value: unknown): { pointer: string; message: string } {
  const [fault] = validator.Errors(value);
  if (fault === undefined) return { pointer: '', message: 'is wrong' };
  if (fault.keyword === 'required') {
    return { pointer: `${fault.instancePath}/${fault.params.requiredProperties[0]}`, message: 'is missing' };
  }
  return { pointer: fault.instancePath, message: fault.message };
}
