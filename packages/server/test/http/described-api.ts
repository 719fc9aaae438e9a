import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface Operation {
  operationId: string;
  security: Record<string, string[]>[];
  parameters: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
}

export interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { examples?: unknown[] }>; responses: Record<string, object> };
}

export interface DescribedOperation {
  method: string;
  /** Path as written in the description, such as `/api/v1/tasks/{id}`. */
  path: string;
  operation: Operation;
  /** Returns the differences between a response and its description as sentences; empty if there are none. */
  check(status: number, body: unknown): string[];
}

export interface DescribedApi {
  document: OpenApi;
  operations: DescribedOperation[];
  find(method: string, path: string): DescribedOperation | undefined;
  /** Returns the differences between an example and the named schema as sentences. */
  checkExample(schema: string, example: unknown): string[];
}

/** Prepares an API description for comparing responses with it. */
export function describedApi(document: OpenApi): DescribedApi {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv);
  ajv.addSchema(document, 'openapi.json');

  const check = (path: string, method: string, status: number, body: unknown): string[] => {
    const operation = document.paths[path]?.[method];
    const response = operation?.responses[String(status)];
    if (response === undefined) return [`status ${status} is not described`];
    if (response.$ref === undefined && response.content === undefined) return [];
    const pointer =
      response.$ref === undefined
        ? `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}/responses/${status}`
        : response.$ref;
    const content = (response.$ref === undefined ? response.content : resolve(document, response.$ref).content) ?? {};
    const [mediaType] = Object.keys(content);
    if (mediaType === undefined || !mediaType.includes('json')) return [];
    const schema = encodeURI(`openapi.json${pointer}/content/${mediaType.replace('/', '~1')}/schema`);
    const validate = ajv.getSchema(schema);
    if (validate === undefined) return [`there is no schema at ${schema}`];
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]): DescribedOperation => ({
        method: method.toUpperCase(),
        path,
        operation,
        check: (status, body) => check(path, method, status, body),
      }),
    ),
  );
  const patterns = operations.map((operation) => ({
    operation,
    pattern: new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]*')}$`),
    fixed: !operation.path.includes('{'),
  }));
  return {
    document,
    operations,
    checkExample(schema, example) {
      const validate = ajv.getSchema(`openapi.json#/components/schemas/${schema}`);
      if (validate === undefined || validate(example)) return [];
      return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    },
    find(method, path) {
      const [pathname] = path.split('?');
      const matching = patterns.filter(
        ({ operation, pattern }) => operation.method === method && pattern.test(pathname ?? ''),
      );
      return (matching.find(({ fixed }) => fixed) ?? matching[0])?.operation;
    },
  };
}

function resolve(document: OpenApi, ref: string): { content?: Record<string, object> } {
  const name = ref.split('/').at(-1) ?? '';
  return document.components.responses[name] as { content?: Record<string, object> };
}
