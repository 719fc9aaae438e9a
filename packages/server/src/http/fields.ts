import Type, { type TSchema } from 'typebox';

/** Schemas of fields that many objects have. A schema with a `title` becomes a named component of the API description. */

export const Id = (description: string) =>
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description, examples: [1] });

export const Timestamp = (description: string) =>
  Type.String({ format: 'date-time', description, examples: ['2026-01-31T12:00:00.000Z'] });

export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** Returns the schema of an object that refuses unknown fields, so that a typo is reported and not ignored. */
export const Strict = <Properties extends Record<string, TSchema>>(properties: Properties, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** Returns the schema of one line of text for people, which must contain more than spaces. */
export const Line = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', 'x-expected': 'more than spaces', description });

export const IdParams = Type.Object({ id: Id('Id of the object.') });

export const timestamp = (date: Date): string => date.toISOString();

export const nullableTimestamp = (date: Date | null): string | null => (date === null ? null : date.toISOString());
