import { isObject, type JsonObject } from '../../packages/fake-github/src/json.ts';

/** Keywords without which a schema accepts the same values. `discriminator` only says which alternative of `oneOf` to try first. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  'default',
  'deprecated',
  'description',
  'discriminator',
  'example',
  'examples',
  'readOnly',
  'title',
]);

/** Keywords whose values are a schema or a list of schemas. */
const SUBSCHEMAS: ReadonlySet<string> = new Set(['additionalProperties', 'allOf', 'anyOf', 'items', 'not', 'oneOf']);

/**
 * Returns the part of GitHub's OpenAPI description that the fake GitHub reads: every path and webhook, with query parameters and the schemas
 * of JSON bodies. It is a fifth of the whole, because the rest is text and examples.
 */
export function reduceDescription(description: JsonObject): JsonObject {
  const components = object(description.components);
  const parameters = object(components.parameters);
  return {
    info: { version: object(description.info).version },
    paths: mapValues(description.paths, (methods) =>
      mapValues(methods, (operation) => reduceOperation(object(operation), parameters)),
    ),
    'x-webhooks': mapValues(description['x-webhooks'], (webhook) => ({
      post: { requestBody: reduceContent(object(object(webhook).post).requestBody) },
    })),
    components: {
      schemas: mapValues(components.schemas, reduceSchema),
      parameters: Object.fromEntries(
        Object.entries(parameters).flatMap(([name, one]) => reduceParameter(one, {}).map((kept) => [name, kept])),
      ),
      responses: mapValues(components.responses, reduceContent),
    },
  };
}

function reduceOperation(operation: JsonObject, parameters: JsonObject): JsonObject {
  const { requestBody, responses } = operation;
  const own = Array.isArray(operation.parameters) ? operation.parameters : [];
  return {
    parameters: own.flatMap((one) => reduceParameter(one, parameters)),
    ...(requestBody === undefined ? {} : { requestBody: reduceContent(requestBody) }),
    responses: mapValues(responses, reduceContent),
  };
}

/** Returns the parameter, or nothing unless it is in the query. */
function reduceParameter(parameter: unknown, parameters: JsonObject): JsonObject[] {
  const { $ref, name, schema, ...rest } = object(parameter);
  if (typeof $ref === 'string') {
    const target = object(parameters[$ref.slice($ref.lastIndexOf('/') + 1)]);
    return target.in === 'query' ? [{ $ref }] : [];
  }
  return rest.in === 'query' ? [{ name, in: 'query', schema: reduceSchema(schema) }] : [];
}

/** Responses without JSON keep an empty `content`, because the fake GitHub takes a response without members for an undocumented one. */
function reduceContent(holder: unknown): JsonObject {
  const { $ref, content } = object(holder);
  if (typeof $ref === 'string') return { $ref };
  const json = object(content)['application/json'];
  return { content: isObject(json) ? { 'application/json': { schema: reduceSchema(json.schema) } } : {} };
}

/** A `$ref` loses its siblings, because OpenAPI 3.0 ignores them. */
function reduceSchema(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  if (typeof schema.$ref === 'string') return { $ref: schema.$ref };
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !ANNOTATIONS.has(keyword) && !keyword.startsWith('x-'))
      .map(([keyword, value]) => [keyword, reduceKeyword(keyword, value)]),
  );
}

function reduceKeyword(keyword: string, value: unknown): unknown {
  if (keyword === 'properties') return mapValues(value, reduceSchema);
  if (!SUBSCHEMAS.has(keyword)) return value;
  return Array.isArray(value) ? value.map(reduceSchema) : reduceSchema(value);
}

function mapValues(value: unknown, map: (one: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object(value)).map(([key, one]) => [key, map(one)]));
}

function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
