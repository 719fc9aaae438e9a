import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema, type GraphQLSchema } from 'graphql';

let built: GraphQLSchema | undefined;

/** Returns GitHub's public GraphQL schema. It is built once per process, because it is constant and takes half a second. */
export function githubSchema(): GraphQLSchema {
  if (built === undefined) {
    const file = fileURLToPath(new URL('schema.graphql', import.meta.resolve('@octokit/graphql-schema')));
    built = buildSchema(readFileSync(file, 'utf8'), { assumeValidSDL: true, noLocation: true });
  }
  return built;
}
