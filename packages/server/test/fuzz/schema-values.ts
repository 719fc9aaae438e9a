import type { Random } from '../soak/random.ts';
import type { World } from './world.ts';

/** The keywords of JSON Schema that the API description uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  examples?: unknown[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

export interface ValueSource {
  random: Random;
  world: World;
  resolve(ref: string): Schema;
}

const texts = [
  'A text',
  'main',
  'my-org',
  'my-repo',
  'acme/web',
  '12',
  'f'.repeat(40),
  'https://github.com/my-org/my-repo.git',
  '🌈 é',
];

/**
 * Returns a random value that matches the schema, as far as the schema tells. A field whose name is that of an id usually gets the id of
 * an existing object.
 */
export function validValue(source: ValueSource, schema: Schema, name = ''): unknown {
  const { random } = source;
  if (schema.$ref !== undefined) return validValue(source, source.resolve(schema.$ref), name);
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  if (schema.anyOf !== undefined) return validValue(source, random.pick(schema.anyOf), name);
  // Use a new token each time, because the server refuses a second integration with the same credential.
  if (name === 'access_token') return `ghp_${random.below(1_000_000)}`;
  const known = idOf(source.world, name);
  if (known !== undefined && random.chance(0.9)) return known;
  if (schema.examples !== undefined && random.chance(0.7)) return withIds(source.world, random.pick(schema.examples));
  switch (schema.type) {
    case 'integer':
    case 'number':
      return random.pick([schema.minimum ?? 1, schema.maximum ?? 7, (schema.minimum ?? 1) + random.below(5)]);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    case 'array':
      return Array.from({ length: random.below(4) }, () => validValue(source, schema.items ?? {}, name));
    case 'object':
      return validObject(source, schema);
    case 'string':
      return validText(source, schema);
    default:
      return random.pick([null, 1, 'a', true, [], {}]);
  }
}

function validObject(source: ValueSource, { properties = {}, required = [] }: Schema): Record<string, unknown> {
  const chosen = Object.entries(properties).filter(([name]) => required.includes(name) || source.random.chance(0.4));
  return Object.fromEntries(chosen.map(([name, schema]) => [name, validValue(source, schema, name)]));
}

function validText({ random }: ValueSource, { format, pattern, maxLength = 1000 }: Schema): string {
  if (format === 'date') return random.pick(['2026-02-28', '0001-01-01', '9999-12-31']);
  if (format === 'date-time') return random.pick(['2026-01-31T12:00:00Z', '2099-01-01T00:00:00.123456789+14:00']);
  const fitting = pattern === undefined ? texts : texts.filter((text) => new RegExp(pattern, 'u').test(text));
  const text = random.pick(fitting.length === 0 ? texts : fitting);
  return pattern === undefined && random.chance(0.1) ? 'é'.repeat(maxLength) : text;
}

function idOf(world: World, name: string): number | undefined {
  const kind = /^(\w+)_id$/.exec(name)?.[1];
  return kind === undefined ? undefined : world.ids[kind];
}

/** Returns a copy of an example in which ids are those of existing objects. */
export function withIds(world: World, example: unknown): unknown {
  return JSON.parse(JSON.stringify(example), (key, value) => idOf(world, key) ?? value);
}
