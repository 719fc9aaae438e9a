import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Database } from '../../database/database.ts';
import { requireWithinQuota } from '../../database/quotas.ts';
import { forbidden, invalid, notFound } from '../../errors.ts';
import type { Cursors } from '../../http/cursor.ts';
import { IdParams } from '../../http/fields.ts';
import { List, ListQuery, listResponse, pageRequest } from '../../http/list.ts';
import { principalOf } from '../access.ts';
import { recordAudit } from '../audit-log-queries.ts';
import type { Principal } from '../principal.ts';
import { requireProject } from '../project-access.ts';
import { findOwner } from '../user-queries.ts';
import { createApiToken, deleteApiToken, listApiTokens, type TokenOwner } from './api-token-queries.ts';
import { NewToken, Token, TokenInput, tokenView } from './token-schema.ts';

export interface TokenRoutesOptions {
  db: Database;
  cursors: Cursors;
  clock: { now(): Date };
  randomBytes(size: number): Buffer;
}

export const tokenRoutes: FastifyPluginAsyncTypebox<TokenRoutesOptions> = async (app, options) => {
  const { db, cursors, clock, randomBytes } = options;

  app.get(
    '/tokens',
    {
      schema: { querystring: ListQuery({}), response: { 200: List(Token) } },
      config: {
        access: ['tokens:write'],
        operation: { id: 'listTokens', tag: 'Tokens', summary: 'List tokens' },
      },
    },
    async (request) => {
      const page = await listApiTokens(db, ownerOf(principalOf(request)), pageRequest(cursors, request));
      return listResponse(cursors, request, page, tokenView);
    },
  );

  app.post(
    '/tokens',
    {
      schema: { body: TokenInput, response: { 201: NewToken } },
      config: {
        access: ['tokens:write'],
        creates: 'secret',
        operation: {
          id: 'createToken',
          tag: 'Tokens',
          summary: 'Create token',
          description:
            'The new token has no more scopes and projects, and is valid no longer, than the token that creates it. Only this response contains the token: the server stores a hash.',
          errors: [404, 409],
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const missing = request.body.scopes.find((scope) => !principal.scopes.has(scope));
      if (missing !== undefined) throw forbidden(missing);
      const projectId = request.body.project_id ?? principal.boundProjectId;
      if (projectId !== null) await requireProject(db, principal, projectId);
      const expiresAt = expiry(principal, request.body.expires_at, clock.now());
      const { token, row } = await db.transaction().execute(async (trx) => {
        const made = await createApiToken(
          trx,
          {
            name: request.body.name,
            scopes: request.body.scopes,
            user_id: principal.userId ?? (await findOwner(trx))?.id ?? null,
            project_id: projectId,
            expires_at: expiresAt,
          },
          randomBytes,
        );
        if (projectId !== null) await requireWithinQuota(trx, projectId, 'tokens');
        await recordAudit(trx, {
          projectId,
          actor: principal.actor,
          action: 'token.create',
          object: `token:${made.row.id}`,
          details: { name: made.row.name, scopes: made.row.scopes },
        });
        return made;
      });
      return reply.code(201).send({ ...tokenView(row), token });
    },
  );

  app.delete(
    '/tokens/:id',
    {
      schema: { params: IdParams, response: { 204: Type.Null() } },
      config: {
        access: ['tokens:write'],
        operation: { id: 'deleteToken', tag: 'Tokens', summary: 'Revoke token' },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id } = request.params;
      await db.transaction().execute(async (trx) => {
        const revoked = await deleteApiToken(trx, id, ownerOf(principal));
        if (revoked === undefined) throw notFound(`token ${id}`);
        await recordAudit(trx, {
          projectId: revoked.project_id,
          actor: principal.actor,
          action: 'token.revoke',
          object: `token:${id}`,
          details: { name: revoked.name },
        });
      });
      return reply.code(204).send(null);
    },
  );
};

/**
 * Selects the tokens that a principal may list and revoke: all for a principal with neither a user nor a limit of projects, and otherwise
 * those of its user and of the project that it is bound to.
 */
function ownerOf(principal: Principal): TokenOwner {
  if (principal.projectIds === null && principal.userId === null) return {};
  return {
    userId: principal.userId,
    ...(principal.boundProjectId === null ? {} : { projectId: principal.boundProjectId }),
  };
}

/**
 * Returns the expiry of a new token, which is never after that of the token that creates it. Throws ApiError 422 for a time in the past
 * or after that expiry.
 */
function expiry(principal: Principal, wanted: string | null | undefined, now: Date): Date | null {
  if (wanted === undefined || wanted === null) return principal.expiresAt;
  const date = new Date(wanted);
  if (date <= now) throw invalid([{ pointer: '/expires_at', message: 'must be in the future' }]);
  if (principal.expiresAt !== null && date > principal.expiresAt) {
    throw invalid([
      {
        pointer: '/expires_at',
        message: `must not be after the end of this token, ${principal.expiresAt.toISOString()}`,
      },
    ]);
  }
  return date;
}
