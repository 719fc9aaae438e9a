import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Database } from '../../database/database.ts';
import { type ApiError, conflict, invalid, notFound } from '../../errors.ts';
import type { Cursors } from '../../http/cursor.ts';
import { IdParams } from '../../http/fields.ts';
import { List, ListQuery, listResponse, pageRequest } from '../../http/list.ts';
import { principalOf } from '../access.ts';
import { recordAudit } from '../audit-log-queries.ts';
import { requireProjectOfPath } from '../project-access.ts';
import {
  deleteTrustedRepository,
  findTrustedRepository,
  insertTrustedRepository,
  listTrustedRepositories,
  MOST_TRUSTED_REPOSITORIES,
  type NewTrustedRepository,
  type TrustedRepositoryRow,
} from './trusted-repository-queries.ts';
import {
  TrustedRepository,
  TrustedRepositoryInput,
  TrustedRepositoryParams,
  trustedRepositoryView,
} from './trusted-repository-schema.ts';
import { workflowScopes } from './workflow-identity.ts';

export interface TrustedRepositoryRoutesOptions {
  db: Database;
  cursors: Cursors;
}

/** Routes for the repositories whose workflows can get a token of a project without a stored secret. */
export const trustedRepositoryRoutes: FastifyPluginAsyncTypebox<TrustedRepositoryRoutesOptions> = async (
  app,
  { db, cursors },
) => {
  app.get(
    '/projects/:id/trusted-repositories',
    {
      schema: { params: IdParams, querystring: ListQuery({}), response: { 200: List(TrustedRepository) } },
      config: {
        access: 'token',
        operation: {
          id: 'listTrustedRepositories',
          tag: 'Projects',
          summary: 'List trusted repositories',
        },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id: projectId } = request.params;
      await requireProjectOfPath(db, principal, projectId);
      const only = principal.repository?.trustId;
      const page = await listTrustedRepositories(db, { projectId, only }, pageRequest(cursors, request));
      return listResponse(cursors, request, page, trustedRepositoryView);
    },
  );

  app.post(
    '/projects/:id/trusted-repositories',
    {
      schema: { params: IdParams, body: TrustedRepositoryInput, response: { 201: TrustedRepository } },
      config: {
        // The caller needs the scopes of workflow tokens too, because nobody may grant scopes that they do not have.
        access: ['projects:write', ...workflowScopes],
        creates: 'plain',
        operation: {
          id: 'createTrustedRepository',
          tag: 'Projects',
          summary: 'Create trusted repository',
          description: `Workflows of the repository then get a token of the project with the scopes ${workflowScopes.map((scope) => `\`${scope}\``).join(' and ')}, for an hour, from \`POST /api/v1/tokens/github-oidc\`. The repository is identified by its id and its owner's id, which are never reused. A project has at most ${MOST_TRUSTED_REPOSITORIES.toLocaleString('en-US')} trusted repositories.`,
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id: project_id } = request.params;
      const { name = null, ...rest } = request.body;
      await requireProjectOfPath(db, principal, project_id);
      if (!URL.canParse(rest.issuer)) throw invalid([{ pointer: '/issuer', message: 'is not an address' }]);
      const wanted: NewTrustedRepository = { project_id, name, ...rest };
      const row = await db.transaction().execute(async (trx) => {
        const made = await insertTrustedRepository(trx, wanted);
        if (made === undefined) throw notInserted(wanted, await findTrustedRepository(trx, wanted));
        await recordAudit(trx, {
          projectId: project_id,
          actor: principal.actor,
          action: 'trusted_repository.create',
          object: `trusted_repository:${made.id}`,
          details: { ...rest, name },
        });
        return made;
      });
      return reply.code(201).send(trustedRepositoryView(row));
    },
  );

  app.delete(
    '/projects/:id/trusted-repositories/:trusted_id',
    {
      schema: { params: TrustedRepositoryParams, response: { 204: Type.Null() } },
      config: {
        access: ['projects:write'],
        operation: {
          id: 'deleteTrustedRepository',
          tag: 'Projects',
          summary: 'Delete trusted repository',
          description: 'Tokens that its workflows hold become invalid at once.',
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id, trusted_id } = request.params;
      await requireProjectOfPath(db, principal, id);
      await db.transaction().execute(async (trx) => {
        const row = await deleteTrustedRepository(trx, id, trusted_id);
        if (row === undefined) throw notFound(`trusted repository ${trusted_id} in project ${id}`);
        const { issuer, repository_id, owner_id, name } = row;
        await recordAudit(trx, {
          projectId: id,
          actor: principal.actor,
          action: 'trusted_repository.delete',
          object: `trusted_repository:${trusted_id}`,
          details: { issuer, repository_id, owner_id, name },
        });
      });
      return reply.code(204).send(null);
    },
  );
};

function notInserted(wanted: NewTrustedRepository, existing: TrustedRepositoryRow | undefined): ApiError {
  const { project_id, repository_id, owner_id } = wanted;
  if (existing === undefined) {
    return conflict(
      `Project ${project_id} trusts ${MOST_TRUSTED_REPOSITORIES.toLocaleString('en-US')} repositories, which is the most. Delete those that are not used any more: \`last_used_at\` tells.`,
      'trusted_repository.too_many',
    );
  }
  const path = `/api/v1/projects/${project_id}/trusted-repositories/${existing.id}`;
  return conflict(
    existing.owner_id === owner_id
      ? `Project ${project_id} trusts repository ${repository_id} already.`
      : `Project ${project_id} trusts repository ${repository_id} as one of owner ${existing.owner_id}. If it has changed hands and is still to be trusted, DELETE ${path} first.`,
    'trusted_repository.exists',
    { trusted_repository_id: existing.id },
  );
}
