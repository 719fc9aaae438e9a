import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Database } from '../../store/database.ts';
import { listConflicts } from '../../sync/conflict-queries.ts';
import { principalOf } from '../access.ts';
import type { Cursors } from '../cursor.ts';
import { Id } from '../fields.ts';
import { List, ListQuery, listAnswer, pageRequest } from '../list.ts';
import { projectsToList } from '../project-access.ts';
import { Conflict, ConflictOutcome, conflictView } from './conflict-schema.ts';

export interface ConflictRoutesOptions {
  db: Database;
  cursors: Cursors;
}

export const conflictRoutes: FastifyPluginAsyncTypebox<ConflictRoutesOptions> = async (app, { db, cursors }) => {
  app.get(
    '/conflicts',
    {
      schema: {
        querystring: ListQuery({
          project_id: Type.Optional(Id('Only those of this project.')),
          task_id: Type.Optional(Id('Only those of this task.')),
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
      return listAnswer(cursors, request, page, conflictView);
    },
  );
};
