import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema, type GraphQLSchema } from 'graphql';

let built: GraphQLSchema | undefined;

/** GitHub's public GraphQL schema; built once in a process, because it is constant and takes half a second. */
export function githubSchema(): GraphQLSchema {
  if (built === undefined) {
    const file = fileURLToPath(new URL('schema.graphql', import.meta.resolve('@octokit/graphql-schema')));
    built = buildSchema(readFileSync(file, 'utf8'), { assumeValidSDL: true, noLocation: true });
  }
  return built;
}
