import assert from 'node:assert/strict';
import type { Schema } from '../fuzz/schema-values.ts';
import type { OpenApi } from '../http/described-api.ts';
import { accessRules } from './access-rules.ts';
import type { AccessWorld } from './access-world.ts';
import type { Credential } from './credentials.ts';
import type { ObjectIds } from './project-world.ts';
import { buildRequest, type MatrixRequest } from './requests.ts';
import { sendRequest } from './send-request.ts';

/** A field of a request that contains the id of an object. */
export interface Reference {
  /** Key of the rule in `access-rules.ts` whose request has the field. */
  row: string;
  place: 'path' | 'query' | 'body';
  field: string;
  kind: keyof ObjectIds;
}

const kinds: Readonly<Record<string, keyof ObjectIds>> = {
  project_id: 'project',
  integration_id: 'integration',
  repository_id: 'repository',
  task_id: 'task',
  trusted_id: 'trusted',
};
/** Fields with ids that a provider gives and that name no object of ours: ids of a GitHub App, and of the owners of repositories. */
const foreign = new Set(['app_id', 'installation_id', 'owner_id']);
const foreignIn = new Set(['POST /api/v1/projects/{id}/trusted-repositories repository_id']);
/** HTTP statuses of refusals other than 404. A workflow that is not trusted gets the same response whether or not the project exists. */
const statuses: Readonly<Record<string, number>> = { 'POST /api/v1/tokens/github-oidc': 403 };

/**
 * Returns every request field of the API description that contains the id of an object, except the `{id}` of the path. Throws for a field
 * whose kind of object is unknown.
 */
export function findReferences({ paths, components }: OpenApi): Reference[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters, requestBody }]) => {
      const route = `${method.toUpperCase()} ${path}`;
      const body = requestBody?.content['application/json']?.schema;
      const named = [
        ...parameters.map(({ name, in: place }) => ({ place, field: name })),
        ...fieldsOf(body ?? {}, components.schemas).map((field) => ({ place: 'body', field })),
      ];
      return named.flatMap(({ place, field }): Reference[] => {
        if (!field.endsWith('_id') || foreign.has(field) || foreignIn.has(`${route} ${field}`)) return [];
        const kind = kinds[field];
        if (kind === undefined) throw new Error(`${route} has the field ${field}. Say in references.ts what it names.`);
        const variant = `${route} [${field}]`;
        return [{ row: variant in accessRules ? variant : route, place: place as Reference['place'], field, kind }];
      });
    }),
  );
}

/**
 * Sends each request of the other project with one id of the first project in it. Returns a sentence for each request that was not
 * refused or that showed data of the first project.
 */
export async function referenceFaults(
  world: AccessWorld,
  references: readonly Reference[],
  credential: Credential,
): Promise<string[]> {
  const faults: string[] = [];
  for (const reference of references) {
    const { row, place, field } = reference;
    const { status, text } = await sendRequest(world.server, await requestWith(world, reference), credential);
    const isRefused = status === (statuses[row] ?? 404) || (place === 'query' && status === 200);
    if (!isRefused) faults.push(`${row} takes the ${field} of another project: ${status} ${text}`);
    if (text.includes(world.project.canary)) faults.push(`${row} with the ${field} of another project shows: ${text}`);
  }
  return faults;
}

/** Builds the request of a route in the other project, except that one field names an object of the first project. */
async function requestWith(world: AccessWorld, { row, place, field, kind }: Reference): Promise<MatrixRequest> {
  const foreignId = world.project.ids[kind];
  const ids = { ...world.otherProject.ids, [kind]: foreignId, ...(kind === 'task' ? { linked_task: foreignId } : {}) };
  const request = await buildRequest(row, { ...world.otherProject, ids });
  if (place === 'query') {
    if (request.path.includes(`${field}=`)) return request;
    return { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}${field}=${foreignId}` };
  }
  const text = place === 'path' ? request.path : String(request.body);
  assert.match(text, new RegExp(`\\b${foreignId}\\b`), `the request of ${row} does not name its ${field}`);
  return request;
}

function fieldsOf(schema: Schema, schemas: OpenApi['components']['schemas']): string[] {
  if (schema.$ref !== undefined) return fieldsOf(schemas[schema.$ref.split('/').at(-1) ?? ''] as Schema, schemas);
  const inside = [...(schema.anyOf ?? []), ...(schema.items === undefined ? [] : [schema.items])];
  return [
    ...inside.flatMap((one) => fieldsOf(one, schemas)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [name, ...fieldsOf(property, schemas)]),
  ];
}
