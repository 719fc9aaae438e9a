import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

const schemaOf = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`./schemas/${name}.json`, import.meta.url), 'utf8'));

/** The formats that the schemas use; only those are checked that our output could violate. */
const formats = {
  uri: (text: string) => URL.canParse(text),
  'uri-reference': (text: string) => /^(?:[\w!#$&'()*+,/:;=?@[\].~-]|%[0-9A-Fa-f]{2})*$/.test(text),
  'iri-reference': true,
  'date-time': (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text),
  'idn-email': true,
  email: true,
  regex: true,
  uuid: true,
  date: true,
} as const;

/** Validates a value against the official schema; returns the errors. */
export type SchemaErrors = (value: unknown) => string[];

/** SARIF's schema is draft 4; apart from the name of `id`, its keywords have the same meaning in draft 7. */
export function sarifErrors(): SchemaErrors {
  const { id: _id, $schema: _schema, ...schema } = schemaOf('sarif-2.1.0');
  return errorsBy(new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats }).compile(schema));
}

export function cyclonedxErrors(): SchemaErrors {
  const ajv = new Ajv({ strict: false, allErrors: true, formats });
  ajv.addSchema(schemaOf('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
  ajv.addSchema(schemaOf('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
  return errorsBy(ajv.compile(schemaOf('cyclonedx-1.6')));
}

const errorsBy =
  (validate: ValidateFunction): SchemaErrors =>
  (value) =>
    validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
