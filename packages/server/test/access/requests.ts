import type { Database } from '../../src/database/database.ts';
import { signedRequest } from '../webhooks/webhook-fixture.ts';
import type { ObjectIds, ProjectWorld } from './project-world.ts';

/** A request of a route that succeeds with the right credential. */
export interface MatrixRequest {
  method: string;
  /** Path and query of the request. */
  path: string;
  headers?: Readonly<Record<string, string | undefined>>;
  body?: string | Buffer;
}

/** Parts of a route's request that do not follow from its path. */
interface RequestParts {
  query?: string;
  headers?: Readonly<Record<string, string | undefined>>;
  /** Body of the request. It is sent as JSON, unless it consists of bytes. */
  body?: object;
  /** Values for the parts of the path in braces, if they are not the id of the object that the resource is named after. */
  path?: Readonly<Record<string, string | number>>;
}

export interface RequestWorld extends ProjectWorld {
  /** Returns a new id token of the repository's workflow. */
  signIdToken(): Promise<string>;
}

type Build = (world: RequestWorld) => RequestParts | Promise<RequestParts>;

const onTracker: Build = ({ tracker }) => ({ body: { repository: tracker } });
const issueToTask: Build = ({ tracker }) => ({ body: { repository: tracker, issue_number: 1 } });
const taskToIssue: Build = ({ tracker, ids }) => ({ body: { repository: tracker, task_id: ids.linked_task } });
const ofProject: Build = ({ ids }) => ({ query: `project_id=${ids.project}` });
const board: Build = ({ canary }) => ({ query: `owner=${canary}`, path: { number: 1 } });
const signedWebhook: Build = ({ webhookSecret: secret }) => signedRequest({ secret, event: 'star' });
const unsignedWebhook: Build = () => ({
  headers: { 'x-github-event': 'star', 'x-github-delivery': 'one' },
  body: {},
});
const waiting = (ids: ObjectIds) => ({ id: ids.waiting_job });
const jsonHeaders = { 'content-type': 'application/json' };

/**
 * Builders of the requests that do not follow from the path alone, by the keys of `access-rules.ts`. They name every object that the
 * route accepts.
 */
const particular: Readonly<Record<string, Build>> = {
  'GET /documentation/*': () => ({ path: { '*': 'sync.md' } }),
  'GET /metrics [from another machine]': () => ({ headers: { 'x-forwarded-for': '192.0.2.1' } }),
  'POST /api/v1/projects': () => ({ body: { name: 'A project' } }),
  'PATCH /api/v1/projects/{id}': () => ({ body: { name: 'A new name' } }),
  'POST /api/v1/projects/{id}/trusted-repositories': () => ({ body: { repository_id: 5, owner_id: 5 } }),
  'GET /api/v1/repositories [project_id]': ofProject,
  'POST /api/v1/repositories': ({ ids }) => ({
    body: { project_id: ids.project, owner: 'acme', name: 'another', integration_id: ids.integration },
  }),
  'PATCH /api/v1/repositories/{id}': ({ ids }) => ({ body: { integration_id: ids.integration } }),
  'GET /api/v1/tasks [project_id]': ofProject,
  'POST /api/v1/tasks': ({ ids }) => ({ body: { project_id: ids.project, title: 'A task' } }),
  'PATCH /api/v1/tasks/{id}': () => ({ body: { title: 'A new title' } }),
  'GET /api/v1/conflicts [project_id]': ofProject,
  'POST /api/v1/conflicts/{id}/decide': ({ ids }) => ({ path: { id: ids.open_conflict }, body: { take: 'theirs' } }),
  'POST /api/v1/conflicts/{id}/undo': ({ ids }) => ({ path: { id: ids.decided_conflict } }),
  'GET /api/v1/integrations [project_id]': ofProject,
  'POST /api/v1/integrations': ({ ids }) => ({
    body: {
      project_id: ids.project,
      name: 'Another',
      integration_type: 'github',
      auth_type: 'token',
      access_token: 'ghp_another',
    },
  }),
  'PATCH /api/v1/integrations/{id}': () => ({ body: { name: 'A new name' } }),
  'POST /api/v1/integrations/{id}/sync/issue-to-task': issueToTask,
  'POST /api/v1/integrations/{id}/sync/task-to-issue': taskToIssue,
  'POST /api/v1/integrations/{id}/github/sync/issue-to-task': issueToTask,
  'POST /api/v1/integrations/{id}/github/sync/task-to-issue': taskToIssue,
  'POST /api/v1/integrations/{id}/github/import': onTracker,
  'POST /api/v1/integrations/{id}/github/webhooks': onTracker,
  'GET /api/v1/integrations/{id}/github/projects': board,
  'GET /api/v1/integrations/{id}/github/projects/{number}/columns': board,
  'GET /api/v1/integrations/{id}/github/projects/{number}/items': board,
  'POST /api/v1/integrations/{id}/webhook': signedWebhook,
  'POST /api/v1/integrations/{id}/webhook [unsigned]': unsignedWebhook,
  'POST /api/v1/integrations/github/webhook': signedWebhook,
  'POST /api/v1/integrations/github/webhook [unsigned]': unsignedWebhook,
  'GET /api/v1/deliveries [project_id]': ofProject,
  'GET /api/v1/jobs [project_id]': ofProject,
  'POST /api/v1/jobs': ({ ids }) => ({
    body: {
      project_id: ids.project,
      job_type: 'repository_analysis',
      parameters: { repository_id: ids.repository, fresh: true },
    },
  }),
  'POST /api/v1/jobs/{id}/cancel': ({ ids }) => ({ path: waiting(ids) }),
  'PUT /api/v1/jobs/{id}/source': ({ ids }) => ({
    path: waiting(ids),
    headers: { 'content-type': 'application/gzip' },
    body: Buffer.from([0x1f, 0x8b, 8, 0]),
  }),
  'POST /api/v1/tokens': ({ ids }) => ({
    body: { name: 'A token', scopes: ['tokens:write'], project_id: ids.project },
  }),
  'POST /api/v1/tokens/github-oidc': async ({ ids, signIdToken }) => ({
    body: { project_id: ids.project, id_token: await signIdToken() },
  }),
  'POST /api/v1/tokens/github-oidc [no id token]': ({ ids }) => ({
    body: { project_id: ids.project, id_token: 'eyJhbGciOiJub25lIn0.e30.' },
  }),
};

/** Changes of the database without which a request could not succeed. */
const preparations: Readonly<Record<string, (db: Database, ids: ObjectIds) => Promise<unknown>>> = {
  // The server refuses to delete a project with integrations.
  'DELETE /api/v1/projects/{id}': (db, { project }) =>
    db.deleteFrom('integrations').where('project_id', '=', project).execute(),
  // Deleting a repository needs no preparation: only a repository with linked tasks is refused, and the analyzed one has none.
};

export const prepareRequest = async (row: string, db: Database, ids: ObjectIds): Promise<void> =>
  void (await preparations[row]?.(db, ids));

/**
 * Keys of the requests that are defined in this file. A test compares them with the rules, to find requests of rules that no longer
 * exist.
 */
export const particularRows = [...Object.keys(particular), ...Object.keys(preparations)];

export async function buildRequest(row: string, world: RequestWorld): Promise<MatrixRequest> {
  const [method = '', template = ''] = row.split(' ');
  const { query, headers = {}, body, path } = (await particular[row]?.(world)) ?? {};
  const values: Record<string, string | number> = {
    id: idOf(template, world.ids),
    trusted_id: world.ids.trusted,
    ...path,
  };
  const address = template.replaceAll(/\{(\w+)\}|\*/g, (whole, name: string = whole) => String(values[name]));
  const isBytes = Buffer.isBuffer(body);
  return {
    method,
    path: query === undefined ? address : `${address}?${query}`,
    headers: { ...(body === undefined || isBytes ? {} : jsonHeaders), ...headers },
    ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
  };
}

/** Returns the id for a path, for example that of the task for `/api/v1/tasks/{id}/history`. */
function idOf(template: string, ids: ObjectIds): number {
  const resource = template.split('/')[3] ?? '';
  return ids[resource.replace(/ies$/, 'y').replace(/s$/, '') as keyof ObjectIds];
}
