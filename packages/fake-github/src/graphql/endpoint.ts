import {
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { GraphQLFailure } from '../errors.ts';
import type { Incoming } from '../http/incoming.ts';
import type { Violations } from '../http/violations.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Token } from '../state/model.ts';
import type { World } from '../state/world.ts';
import { resolveField } from './resolve-field.ts';
import { rootValue } from './root.ts';
import { githubSchema } from './schema.ts';
import { validationError } from './validation-error.ts';

/** `POST /graphql`: documents are checked against GitHub's real schema, and problems come back with HTTP 200. */
export class GraphQLEndpoint {
  readonly #world: World;
  readonly #violations: Violations;

  constructor(world: World, violations: Violations) {
    this.#world = world;
    this.#violations = violations;
  }

  async execute(body: unknown, token: Token, incoming: Incoming): Promise<JsonObject> {
    const request = isObject(body) ? body : {};
    if (typeof request.query !== 'string') {
      return { errors: [{ message: 'A query attribute must be specified and must be a string.' }] };
    }
    const schema = githubSchema();
    const document = this.#parse(request.query, incoming);
    if (document instanceof GraphQLError) {
      return { errors: [{ message: document.message, locations: document.locations }] };
    }
    const problems = validate(schema, document);
    if (problems.length > 0) {
      for (const problem of problems) this.#violate('invalid_graphql', incoming, problem.message);
      return { errors: problems.map(validationError) };
    }
    return this.#run(schema, document, request, token, incoming);
  }

  #parse(query: string, incoming: Incoming): DocumentNode | GraphQLError {
    try {
      return parse(query);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      this.#violate('invalid_graphql', incoming, error.message);
      return error;
    }
  }

  async #run(
    schema: GraphQLSchema,
    document: DocumentNode,
    request: JsonObject,
    token: Token,
    incoming: Incoming,
  ): Promise<JsonObject> {
    const operationName = typeof request.operationName === 'string' ? request.operationName : null;
    if (!getOperationAST(document, operationName)) {
      return { errors: [{ message: 'An operation name is required' }] };
    }
    const result = await execute({
      schema,
      document,
      rootValue: rootValue({ world: this.#world, token, urls: incoming.urls }),
      variableValues: isObject(request.variables) ? request.variables : {},
      operationName,
      fieldResolver: resolveField,
    });
    const errors = result.errors?.map((error) => {
      const { originalError } = error;
      const known = originalError instanceof GraphQLFailure ? originalError.type : undefined;
      if (known === 'UNSUPPORTED' || (known === undefined && originalError !== undefined)) {
        this.#violate('unsupported_graphql', incoming, error.message);
      } else if (known === undefined) {
        this.#violate('invalid_graphql', incoming, error.message);
      }
      return {
        ...(known === undefined ? {} : { type: known }),
        ...(error.path === undefined ? {} : { path: error.path }),
        locations: error.locations,
        message: error.message,
      };
    });
    return { data: result.data ?? null, ...(errors === undefined ? {} : { errors }) };
  }

  #violate(kind: 'invalid_graphql' | 'unsupported_graphql', incoming: Incoming, detail: string): void {
    this.#violations.add({ kind, method: incoming.method, path: incoming.path, detail, at: this.#world.now() });
  }
}
