import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { type FieldError, invalid, notFound } from '../errors.ts';
import { isDate, isDateTime } from './formats.ts';
import { fieldErrors } from './schema-errors.ts';
import { unstorable } from './unstorable-text.ts';

/** Schemas check, they never repair: unknown fields are said, and only addresses (paths, queries, headers) are text to convert. */
export function addValidation(app: FastifyInstance): void {
  const bodies = ajv(false);
  const addresses = ajv('array');
  const compile: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
    const check = (httpPart === 'body' ? bodies : addresses).compile(schema);
    return (value) => {
      if (check(value) !== true) return { error: refusal(httpPart, fieldErrors(errorsOf(check), schema)) };
      const pointer = unstorable(value);
      return pointer === undefined ? { value } : { error: refusal(httpPart, [pointer]) };
    };
  };
  app.setValidatorCompiler(compile);
  // Answers are built field by field and typed by their schemas; tests hold every one against its schema.
  app.setSerializerCompiler(() => JSON.stringify);
}

function ajv(coerceTypes: false | 'array'): Ajv2020 {
  const instance = new Ajv2020({
    allErrors: true,
    removeAdditional: false,
    useDefaults: true,
    coerceTypes,
    strictSchema: true,
    strictTypes: false,
    verbose: true,
  });
  instance.addFormat('date', isDate);
  instance.addFormat('date-time', isDateTime);
  instance.addVocabulary(['x-expected']);
  return instance;
}

const errorsOf = (check: ValidateFunction): ErrorObject[] => check.errors ?? [];

/** A path that cannot name anything is a path to nothing. */
const refusal = (httpPart: string | undefined, errors: FieldError[]) =>
  httpPart === 'params' ? notFound('such object') : invalid(errors);
