import { IntegrationError, UnusablePayloadError } from '@commandcenter/integration-kit';
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

/** Reads the used fields of a value and ignores the rest, because GitHub adds and omits fields. */
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

function firstError(validator: Pick<Validator, 'Errors'>, value: unknown): { pointer: string; message: string } {
  const [error] = validator.Errors(value);
  if (error === undefined) return { pointer: '', message: 'is invalid' };
  if (error.keyword === 'required') {
    return { pointer: `${error.instancePath}/${error.params.requiredProperties[0]}`, message: 'is missing' };
  }
  return { pointer: error.instancePath, message: error.message };
}
