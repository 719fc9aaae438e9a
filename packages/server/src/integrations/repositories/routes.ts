import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { principalOf } from '../../accounts/access.ts';
import { recordAudit } from '../../accounts/audit-log-queries.ts';
import { visible } from '../../accounts/principal.ts';
import { projectsToList, requireProject } from '../../accounts/project-access.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { type ApiError, conflict, notFoundAt } from '../../errors.ts';
import type { Cursors } from '../../http/cursor.ts';
import { Id, IdParams } from '../../http/fields.ts';
import { List, ListQuery, listResponse, pageRequest } from '../../http/list.ts';
import { findIntegration } from '../integration-queries.ts';
import { deleteRepository, insertRepository, updateRepository } from './repository-edit-queries.ts';
import { findRepositories, getRepository, listRepositories, type RepositoryRow } from './repository-queries.ts';
import {
  ownerName,
  Repository,
  RepositoryInput,
  RepositoryPatch,
  repositoryName,
  repositoryView,
} from './repository-schema.ts';

export interface RepositoryRoutesOptions {
  db: Database;
  cursors: Cursors;
}

export const repositoryRoutes: FastifyPluginAsyncTypebox<RepositoryRoutesOptions> = async (app, { db, cursors }) => {
  app.get(
    '/repositories',
    {
      schema: {
        querystring: ListQuery({
          project_id: Type.Optional(Id('Return only those of this project.')),
          owner: Type.Optional(ownerName),
          name: Type.Optional(repositoryName),
        }),
        response: { 200: List(Repository) },
      },
      config: {
        access: ['repositories:read'],
        operation: { id: 'listRepositories', tag: 'Repositories', summary: 'List repositories, oldest first' },
      },
    },
    async (request) => {
      const { project_id, owner, name } = request.query;
      const projectIds = await projectsToList(db, principalOf(request), project_id);
      const page = await listRepositories(db, { projectIds, owner, name }, pageRequest(cursors, request));
      return listResponse(cursors, request, page, repositoryView);
    },
  );

  app.post(
    '/repositories',
    {
      schema: { body: RepositoryInput, response: { 201: Repository } },
      config: {
        access: ['repositories:write'],
        creates: 'plain',
        operation: { id: 'createRepository', tag: 'Repositories', summary: 'Create repository', errors: [404] },
      },
    },
    async (request, reply) => {
      const { project_id, owner, name, integration_id = null, default_branch = null, clone_url = null } = request.body;
      await requireProject(db, principalOf(request), project_id);
      await requireIntegration(db, project_id, integration_id);
      const row = await insertRepository(db, { project_id, owner, name, integration_id, default_branch, clone_url });
      if (row === undefined) {
        const [existing] = await findRepositories(db, [{ project_id, owner, name }]);
        throw existsAlready({ project_id, owner, name }, existing);
      }
      return reply.code(201).header('location', `/api/v1/repositories/${row.id}`).send(repositoryView(row));
    },
  );

  app.get(
    '/repositories/:id',
    {
      schema: { params: IdParams, response: { 200: Repository } },
      config: {
        access: ['repositories:read'],
        operation: { id: 'getRepository', tag: 'Repositories', summary: 'Get repository' },
      },
    },
    async (request) => {
      const { id } = request.params;
      return repositoryView(visible(principalOf(request), await getRepository(db, id), `repository ${id}`));
    },
  );

  app.patch(
    '/repositories/:id',
    {
      schema: { params: IdParams, body: RepositoryPatch, response: { 200: Repository } },
      config: {
        access: ['repositories:write'],
        operation: { id: 'updateRepository', tag: 'Repositories', summary: 'Update repository' },
      },
    },
    async (request) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const row = visible(principal, await getRepository(db, id), `repository ${id}`);
      await requireIntegration(db, row.project_id, request.body.integration_id ?? null);
      return repositoryView(visible(principal, await updateRepository(db, id, request.body), `repository ${id}`));
    },
  );

  app.delete(
    '/repositories/:id',
    {
      schema: { params: IdParams, response: { 204: Type.Null() } },
      config: {
        access: ['repositories:write'],
        operation: {
          id: 'deleteRepository',
          tag: 'Repositories',
          summary: 'Delete repository',
          description: 'Returns 409 while tasks are linked to its items.',
          errors: [409],
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const principal = principalOf(request);
      await retriedTransaction(db, async (trx) => {
        const row = visible(principal, await getRepository(trx, id), `repository ${id}`);
        if (!(await deleteRepository(trx, id))) {
          throw conflict(
            `Tasks are linked to items of ${row.owner}/${row.name}. Delete those tasks, or the integration, before it.`,
            'repository.in_use',
          );
        }
        await recordAudit(trx, {
          projectId: row.project_id,
          actor: principal.actor,
          action: 'repository.delete',
          object: `repository:${id}`,
          details: { owner: row.owner, name: row.name },
        });
      });
      return reply.code(204).send(null);
    },
  );
};

function existsAlready(
  { project_id, owner, name }: { project_id: number; owner: string; name: string },
  existing: RepositoryRow | undefined,
): ApiError {
  const place = existing === undefined ? '' : `, as repository ${existing.id}`;
  const isOnlyNamed = existing !== undefined && !existing.registered && existing.integration_id === null;
  const remedy = isOnlyNamed
    ? ` A request for an analysis brought it in: PATCH /api/v1/repositories/${existing.id} {"integration_id": …} lets an integration read it.`
    : '';
  return conflict(
    `Project ${project_id} has ${owner}/${name} already${place}.${remedy}`,
    'repository.exists',
    existing === undefined ? {} : { repository_id: existing.id },
  );
}

/** Throws 404 unless the integration that a request body names is in the project. */
export async function requireIntegration(
  db: Database | Transaction,
  projectId: number,
  integrationId: number | null,
): Promise<void> {
  if (integrationId === null) return;
  const found = await findIntegration(db, integrationId);
  if (found?.project_id !== projectId)
    throw notFoundAt('/integration_id', `integration ${integrationId} in project ${projectId}`);
}
