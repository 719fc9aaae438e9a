import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { type FieldError, invalid, notFound } from '../errors.ts';
import { convertAddress } from './address-values.ts';
import { isDate, isDateTime } from './formats.ts';
import { fieldErrors } from './schema-errors.ts';
import { unstorable } from './unstorable.ts';

/**
 * Adds the validation of requests. Schemas never repair a value: unknown fields are reported, and only texts of paths, queries and
 * headers are converted.
 */
export function addValidation(app: FastifyInstance): void {
  const ajv = createAjv();
  const compile: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
    const check = ajv.compile(schema);
    return (value) => {
      if (httpPart !== 'body') convertAddress(schema, value);
      if (check(value) !== true) return { error: refusal(httpPart, fieldErrors(check.errors ?? [], schema)) };
      const fault = unstorable(value);
      return fault === undefined ? { value } : { error: refusal(httpPart, [fault]) };
    };
  };
  app.setValidatorCompiler(compile);
  // Responses are not serialized by schema, because their types come from the schemas; tests compare every response with its schema.
  app.setSerializerCompiler(() => JSON.stringify);
}

function createAjv(): Ajv2020 {
  const instance = new Ajv2020({
    allErrors: true,
    removeAdditional: false,
    useDefaults: true,
    strictSchema: true,
    strictTypes: false,
    verbose: true,
  });
  instance.addFormat('date', isDate);
  instance.addFormat('date-time', isDateTime);
  instance.addVocabulary(['x-expected']);
  return instance;
}

/** Returns the error of an invalid part of a request. An invalid path is 404, because there is no object at it. */
const refusal = (httpPart: string | undefined, errors: FieldError[]) =>
  httpPart === 'params' ? notFound('such object') : invalid(errors);
