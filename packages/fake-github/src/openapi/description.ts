import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { ValidateFunction } from 'ajv';
import { isObject, type JsonObject } from '../json.ts';
import { SchemaCompiler } from './schema-compiler.ts';

function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** A documented operation. Its validators are compiled on first use. */
export interface Operation {
  readonly path: string;
  readonly method: string;
  /** Returns a validator for the text of a query parameter, or undefined for an undocumented one. */
  readonly queryCheck: (name: string) => ((text: string) => boolean) | undefined;
  /** Names of the documented top-level fields of the body; empty if the operation has no body. */
  readonly bodyFields: ReadonlySet<string>;
  readonly bodyCheck: () => ValidateFunction | null;
  /** Returns a validator for the response body; null without a JSON schema, undefined for an undocumented status. */
  readonly responseCheck: (status: number) => ValidateFunction | null | undefined;
}

const DESCRIPTION = join(import.meta.dirname, 'generated/github-rest.json.br');

/**
 * GitHub's own OpenAPI description, without what is not read here: texts, examples, parameters outside the query, and bodies other than
 * JSON. `scripts/generate-github-description.ts` makes the file.
 */
export class OpenApiDescription {
  readonly #root: JsonObject;
  readonly #components: JsonObject;
  readonly #bodies: SchemaCompiler;
  readonly #queries: SchemaCompiler;
  readonly #bySegments = new Map<number, { segments: string[]; path: string }[]>();
  readonly #operations = new Map<string, Operation>();
  readonly #webhooks = new Map<string, ValidateFunction | null>();

  constructor() {
    const root: unknown = JSON.parse(brotliDecompressSync(readFileSync(DESCRIPTION)).toString('utf8'));
    this.#root = object(root);
    this.#components = object(this.#root.components);
    const schemas = object(this.#components.schemas);
    this.#bodies = new SchemaCompiler(schemas, { coerce: false });
    this.#queries = new SchemaCompiler(schemas, { coerce: true });
    for (const path of Object.keys(object(this.#root.paths))) {
      const segments = path.split('/');
      const list = this.#bySegments.get(segments.length) ?? [];
      list.push({ segments, path });
      this.#bySegments.set(segments.length, list);
    }
  }

  /** Returns the operation of a concrete path such as `/repos/a/b/issues/3`. */
  find(method: string, path: string): Operation | undefined {
    const parts = path.split('/');
    const matching = (this.#bySegments.get(parts.length) ?? []).filter(({ segments }) =>
      segments.every((segment, index) => segment.startsWith('{') || segment === parts[index]),
    );
    const fixed = (segments: string[]): number => segments.filter((segment) => !segment.startsWith('{')).length;
    matching.sort((left, right) => fixed(right.segments) - fixed(left.segments));
    for (const { path: template } of matching) {
      const operation = this.#operation(method.toLowerCase(), template);
      if (operation !== undefined) return operation;
    }
    return undefined;
  }

  /** Returns a validator for a webhook's payload; null if the event and action are not documented. */
  webhook(event: string, action: string | null): ValidateFunction | null {
    const name = `${event}${action === null ? '' : `-${action}`}`.replaceAll('_', '-');
    const cached = this.#webhooks.get(name);
    if (cached !== undefined) return cached;
    const post = object(object(object(this.#root['x-webhooks'])[name]).post);
    const schema = jsonSchema(object(post.requestBody));
    const check = schema === undefined ? null : this.#bodies.compile(schema);
    this.#webhooks.set(name, check);
    return check;
  }

  explain(validate: ValidateFunction): string {
    return this.#bodies.explain(validate);
  }

  #operation(method: string, path: string): Operation | undefined {
    const key = `${method} ${path}`;
    const cached = this.#operations.get(key);
    if (cached !== undefined) return cached;
    const raw = object(object(this.#root.paths)[path])[method];
    if (!isObject(raw)) return undefined;
    const operation = this.#describe(method, path, raw);
    this.#operations.set(key, operation);
    return operation;
  }

  #describe(method: string, path: string, raw: JsonObject): Operation {
    const parameters = Array.isArray(raw.parameters) ? raw.parameters.map((one) => this.#resolve(one)) : [];
    const schemas = new Map(
      parameters.filter((one) => one.in === 'query').map((one) => [String(one.name), one.schema] as const),
    );
    const bodySchema = jsonSchema(this.#resolve(raw.requestBody));
    const queryCheck = (name: string): ((text: string) => boolean) | undefined => {
      const schema = schemas.get(name);
      if (!schemas.has(name)) return undefined;
      const validate = this.#queries.compile({ type: 'object', properties: { value: schema } });
      return (text) => validate({ value: text });
    };
    const responses = object(raw.responses);
    return {
      path,
      method,
      queryCheck: memoize(queryCheck),
      bodyFields: bodySchema === undefined ? new Set() : this.#fields(bodySchema),
      bodyCheck: once(() => (bodySchema === undefined ? null : this.#bodies.compile(bodySchema))),
      responseCheck: memoize((status: number) => {
        const response = this.#resolve(responses[String(status)]);
        if (Object.keys(response).length === 0) return undefined;
        const schema = jsonSchema(response);
        return schema === undefined ? null : this.#bodies.compile(schema);
      }),
    };
  }

  #fields(schema: unknown): Set<string> {
    const resolved = this.#resolve(schema);
    const variants = [resolved.oneOf, resolved.anyOf, resolved.allOf].flatMap((list) =>
      Array.isArray(list) ? list : [],
    );
    return new Set([...Object.keys(object(resolved.properties)), ...variants.flatMap((one) => [...this.#fields(one)])]);
  }

  /** Returns the part of `components` that a `$ref` names, or the value itself if it is not a reference. */
  #resolve(value: unknown): JsonObject {
    const raw = object(value);
    if (typeof raw.$ref !== 'string') return raw;
    const [, , section = '', name = ''] = raw.$ref.split('/');
    return object(object(this.#components[section])[name]);
  }
}

function jsonSchema(holder: JsonObject): unknown {
  return object(object(holder.content)['application/json']).schema;
}

function once<T>(make: () => T): () => T {
  let created: { value: T } | undefined;
  return () => {
    created ??= { value: make() };
    return created.value;
  };
}

function memoize<K, V>(make: (key: K) => V): (key: K) => V {
  const values = new Map<K, { value: V }>();
  return (key) => {
    const found = values.get(key) ?? { value: make(key) };
    values.set(key, found);
    return found.value;
  };
}

/** Returns the one copy in this process, because it takes 40 ms to read and never changes. */
export const githubDescription: () => OpenApiDescription = once(() => new OpenApiDescription());
