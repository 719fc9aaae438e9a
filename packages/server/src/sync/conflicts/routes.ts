import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { principalOf } from '../../accounts/access.ts';
import { type Principal, visible } from '../../accounts/principal.ts';
import { projectsToList } from '../../accounts/project-access.ts';
import type { Database } from '../../database/database.ts';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import type { Cursors } from '../../http/cursor.ts';
import { Id, IdParams } from '../../http/fields.ts';
import { List, ListQuery, listResponse, pageRequest } from '../../http/list.ts';
import { decideConflict, undoConflict } from '../commands/decide-conflict.ts';
import { findConflict, listConflicts } from './conflict-queries.ts';
import { Conflict, ConflictDecision, ConflictOutcome, conflictView } from './conflict-schema.ts';

export interface ConflictRoutesOptions {
  db: Database;
  cursors: Cursors;
}

export const conflictRoutes: FastifyPluginAsyncTypebox<ConflictRoutesOptions> = async (app, { db, cursors }) => {
  /** Returns the caller of a request about a conflict. Throws ApiError 404 if the caller may not see the conflict's task. */
  const requireConflict = async (request: FastifyRequest<{ Params: { id: number } }>): Promise<Principal> => {
    const principal = principalOf(request);
    const { id } = request.params;
    visible(principal, await findConflict(db, id), `conflict ${id}`);
    return principal;
  };

  app.get(
    '/conflicts',
    {
      schema: {
        querystring: ListQuery({
          project_id: Type.Optional(Id('Return only those of this project.')),
          task_id: Type.Optional(Id('Return only those of this task.')),
          outcome: Type.Optional(ConflictOutcome),
        }),
        response: { 200: List(Conflict) },
      },
      config: {
        access: ['tasks:read'],
        operation: { id: 'listConflicts', tag: 'Tasks', summary: 'List conflicts, newest first' },
      },
    },
    async (request) => {
      const { project_id, task_id, outcome } = request.query;
      const projectIds = await projectsToList(db, principalOf(request), project_id);
      const page = await listConflicts(db, { projectIds, task_id, outcome }, pageRequest(cursors, request));
      return listResponse(cursors, request, page, conflictView);
    },
  );

  app.post(
    '/conflicts/:id/decide',
    {
      schema: { params: IdParams, body: ConflictDecision, response: { 200: Conflict } },
      config: {
        access: ['tasks:write'],
        operation: {
          id: 'decideConflict',
          tag: 'Tasks',
          summary: 'Resolve conflict',
          description:
            'Sets the chosen value in the task and then in its item. Returns 409 if the conflict is decided already.',
          errors: [409],
        },
      },
    },
    async (request) => {
      const { actor } = await requireConflict(request);
      const decision = { ...request.body, conflictId: request.params.id, actor };
      return conflictView(await retriedTransaction(db, (trx) => decideConflict(trx, decision)));
    },
  );

  app.post(
    '/conflicts/:id/undo',
    {
      schema: { params: IdParams, response: { 200: Conflict } },
      config: {
        access: ['tasks:write'],
        operation: {
          id: 'undoConflict',
          tag: 'Tasks',
          summary: 'Restore the losing value of a conflict',
          description:
            'Sets the value that lost in the task and then in its item, whether a person or the policy decided. Returns 409 if the field was edited since.',
          errors: [409],
        },
      },
    },
    async (request) => {
      const { actor } = await requireConflict(request);
      const undo = { conflictId: request.params.id, actor };
      return conflictView(await retriedTransaction(db, (trx) => undoConflict(trx, undo)));
    },
  );
};
