import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { EnvironmentSchema, type VariableNotes } from './environment-schema.ts';
import { ConfigurationError } from './startup-errors.ts';

/** The validated environment, under the names of its variables. `DATA_DIR` is absolute, and `PUBLIC_URL` has no slash at the end. */
export type Config = Static<typeof EnvironmentSchema> & { PUBLIC_URL: string };

/** Reads a `.env` file in the working directory. Variables that are already set keep their values. */
export function loadEnvironmentFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}

/**
 * Reads and validates the environment. Throws ConfigurationError with one line for the first invalid variable. An empty value counts as
 * unset.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(EnvironmentSchema.properties)) {
    const text = environment[name]?.trim();
    if (text !== undefined && text !== '') values[name] = readVariable(name, schema, text);
    else if ('default' in schema) values[name] = schema.default;
  }
  const config = Value.Parse(EnvironmentSchema, values);
  return {
    ...config,
    DATA_DIR: resolve(config.DATA_DIR),
    PUBLIC_URL: (config.PUBLIC_URL ?? `http://localhost:${config.PORT}`).replace(/\/+$/, ''),
  };
}

function readVariable(name: string, schema: TSchema, text: string): unknown {
  const value = decode(schema, text);
  if (Value.Check(schema, value)) return value;
  const { expected, examples, secret } = schema as TSchema & VariableNotes;
  const shown = secret ? 'has a wrong value' : `is ${JSON.stringify(text)}`;
  throw new ConfigurationError(`${name} ${shown}: it must be ${expected}. Right: ${name}=${examples[0]}`);
}

/**
 * Converts the text of a variable to the JSON type of its schema. A text that cannot be converted is returned as it is, and fails the
 * validation.
 */
function decode(schema: TSchema, text: string): unknown {
  const items = (): string[] =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  switch ((schema as { type?: string }).type) {
    case 'integer':
      return /^[+-]?\d+$/.test(text) ? Number(text) : text;
    case 'array':
      return items();
    case 'object':
      return Object.fromEntries(items().map((item) => splitOnce(item, '=')));
    default:
      return text;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + separator.length).trim()];
}
