import {
  type DocumentNode,
  defaultFieldResolver,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { GraphQLFailure } from '../errors.ts';
import type { IncomingRequest } from '../http/incoming-request.ts';
import type { Violations } from '../http/violations.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Token } from '../state/model.ts';
import type { World } from '../state/world.ts';
import { rootValue } from './root.ts';
import { githubSchema } from './schema.ts';
import { validationError } from './validation-error.ts';

/** Handles `POST /graphql`: validates documents with GitHub's real schema, and reports problems with status 200. */
export class GraphQLEndpoint {
  readonly #world: World;
  readonly #violations: Violations;

  constructor(world: World, violations: Violations) {
    this.#world = world;
    this.#violations = violations;
  }

  async execute(body: unknown, token: Token, incoming: IncomingRequest): Promise<JsonObject> {
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

  #parse(query: string, incoming: IncomingRequest): DocumentNode | GraphQLError {
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
    incoming: IncomingRequest,
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
      const type = originalError instanceof GraphQLFailure ? originalError.type : undefined;
      if (type === 'UNSUPPORTED' || (type === undefined && originalError !== undefined)) {
        this.#violate('unsupported_graphql', incoming, error.message);
      } else if (type === undefined) {
        this.#violate('invalid_graphql', incoming, error.message);
      }
      return {
        ...(type === undefined ? {} : { type }),
        ...(error.path === undefined ? {} : { path: error.path }),
        locations: error.locations,
        message: error.message,
      };
    });
    return { data: result.data ?? null, ...(errors === undefined ? {} : { errors }) };
  }

  #violate(kind: 'invalid_graphql' | 'unsupported_graphql', incoming: IncomingRequest, detail: string): void {
    this.#violations.add({ kind, method: incoming.method, path: incoming.path, detail, at: this.#world.now() });
  }
}

/** Reads a property or calls a method. Fails for fields that the fake GitHub does not have, instead of returning null. */
const resolveField: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  if (isObject(source) && !(info.fieldName in source)) {
    const field = `${info.parentType.name}.${info.fieldName}`;
    throw new GraphQLFailure('UNSUPPORTED', `The fake GitHub does not have ${field}.`);
  }
  return defaultFieldResolver(source, args, context, info);
};
