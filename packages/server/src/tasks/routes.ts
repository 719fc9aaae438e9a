import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { principalOf } from '../accounts/access.ts';
import { recordAudit } from '../accounts/audit-log-queries.ts';
import { type Principal, visible } from '../accounts/principal.ts';
import { projectsToList, requireProject } from '../accounts/project-access.ts';
import type { Database } from '../database/database.ts';
import { retriedTransaction } from '../database/retried-transaction.ts';
import type { Cursors } from '../http/cursor.ts';
import { Id, IdParams } from '../http/fields.ts';
import { etagOf, expectedVersion, hasVersion } from '../http/if-match.ts';
import { cursorPosition, List, ListQuery, listResponse, pageRequest } from '../http/list.ts';
import { readSearchCursor, searchCursor } from './search-cursor.ts';
import type { TaskCommands } from './task-commands.ts';
import { listTaskHistory } from './task-history-queries.ts';
import { getTask, listTasks, type TaskObject } from './task-object-queries.ts';
import {
  historyView,
  SyncStateName,
  Task,
  TaskHistoryEntry,
  TaskInput,
  TaskPatch,
  TaskPriorityName,
  TaskStatusName,
  taskView,
} from './task-schema.ts';
import { beginSearch, searchTasks } from './task-search-queries.ts';

export interface TaskRoutesOptions {
  db: Database;
  cursors: Cursors;
  commands: TaskCommands;
}

const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      maxLength: 500,
      description:
        'The `ETag` that the caller has read. The change is refused with 412 if the task has another one now.',
    }),
  ),
});
const IfNoneMatch = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({
      maxLength: 500,
      description: 'An `ETag` that the caller has. The response is 304 if the task is unchanged.',
    }),
  ),
});

export const taskRoutes: FastifyPluginAsyncTypebox<TaskRoutesOptions> = async (app, { db, cursors, commands }) => {
  const visibleTask = async (principal: Principal, id: number): Promise<TaskObject> =>
    visible(principal, await getTask(db, id), `task ${id}`);

  app.get(
    '/tasks',
    {
      schema: {
        querystring: ListQuery({
          project_id: Type.Optional(Id('Return only those of this project.')),
          status: Type.Optional(TaskStatusName),
          priority: Type.Optional(TaskPriorityName),
          label: Type.Optional(
            Type.String({ maxLength: 100, description: 'Tasks with this label, in any letter case.' }),
          ),
          assignee: Type.Optional(
            Type.String({ maxLength: 100, description: 'Tasks assigned to this login or name.' }),
          ),
          q: Type.Optional(
            Type.String({
              maxLength: 200,
              description:
                'Tasks with this text in the title or description, in any letter case. Matches in titles come first. A page searches 10,000 descriptions, or for one second, so it may have fewer tasks than `limit`, or none: continue until `next_cursor` is null.',
            }),
          ),
          linked: Type.Optional(
            Type.Boolean({ description: 'Tasks with (true) or without (false) a link to an item.' }),
          ),
          sync_state: Type.Optional(SyncStateName),
        }),
        response: { 200: List(Task) },
      },
      config: {
        access: ['tasks:read'],
        operation: { id: 'listTasks', tag: 'Tasks', summary: 'List tasks, newest first' },
      },
    },
    async (request) => {
      const { project_id, limit, cursor: _cursor, q = '', ...others } = request.query;
      const filter = { projectIds: await projectsToList(db, principalOf(request), project_id), ...others };
      if (q === '') {
        return listResponse(cursors, request, await listTasks(db, filter, pageRequest(cursors, request)), taskView);
      }
      const cursor = cursorPosition(cursors, request);
      const position = cursor === undefined ? await beginSearch(db, q) : readSearchCursor(cursor);
      const { items, next } = await searchTasks(db, filter, q, { limit, position });
      return listResponse(cursors, request, { items, next: next === null ? null : searchCursor(next) }, taskView);
    },
  );

  app.post(
    '/tasks',
    {
      schema: { body: TaskInput, response: { 201: Task } },
      config: {
        access: ['tasks:write'],
        creates: 'plain',
        operation: { id: 'createTask', tag: 'Tasks', summary: 'Create task', errors: [404] },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { project_id, ...fields } = request.body;
      await requireProject(db, principal, project_id);
      const task = await retriedTransaction(db, (trx) =>
        commands.createTask(trx, { projectId: project_id, fields, actor: principal.actor }),
      );
      return reply
        .code(201)
        .headers({ location: `/api/v1/tasks/${task.id}`, etag: etagOf(task.version) })
        .send(taskView(task));
    },
  );

  app.get(
    '/tasks/:id',
    {
      schema: { params: IdParams, headers: IfNoneMatch, response: { 200: Task, 304: Type.Null() } },
      config: {
        access: ['tasks:read'],
        operation: {
          id: 'getTask',
          tag: 'Tasks',
          summary: 'Get task',
          description: 'The `ETag` of the response is the version of the task.',
        },
      },
    },
    async (request, reply) => {
      const task = await visibleTask(principalOf(request), request.params.id);
      reply.header('etag', etagOf(task.version));
      // The sync state of a link changes without a new version of the task, so tasks with links are always sent in full.
      if (task.links.length === 0 && hasVersion(request.headers['if-none-match'], task.version)) {
        return reply.code(304).send(null);
      }
      return reply.code(200).send(taskView(task));
    },
  );

  app.patch(
    '/tasks/:id',
    {
      schema: { params: IdParams, headers: IfMatch, body: TaskPatch, response: { 200: Task } },
      config: {
        access: ['tasks:write'],
        operation: {
          id: 'updateTask',
          tag: 'Tasks',
          summary: 'Update task',
          description: 'Linked items are updated afterwards; the response does not wait for the provider.',
          errors: [412],
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const { version } = await visibleTask(principal, id);
      const ifMatch = expectedVersion(request.headers['if-match'], version);
      const task = await retriedTransaction(db, (trx) =>
        commands.editTask(trx, { taskId: id, fields: request.body, actor: principal.actor, ifMatch }),
      );
      return reply.header('etag', etagOf(task.version)).send(taskView(task));
    },
  );

  app.delete(
    '/tasks/:id',
    {
      schema: { params: IdParams, headers: IfMatch, response: { 204: Type.Null() } },
      config: {
        access: ['tasks:write'],
        operation: {
          id: 'deleteTask',
          tag: 'Tasks',
          summary: 'Delete task',
          description: 'Linked items stay unchanged at the provider, and no task is created for them again.',
          errors: [412],
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const { version, title, project_id } = await visibleTask(principal, id);
      const ifMatch = expectedVersion(request.headers['if-match'], version);
      await retriedTransaction(db, async (trx) => {
        await commands.deleteTask(trx, { taskId: id, ifMatch });
        await recordAudit(trx, {
          projectId: project_id,
          actor: principal.actor,
          action: 'task.delete',
          object: `task:${id}`,
          details: { title },
        });
      });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/tasks/:id/history',
    {
      schema: { params: IdParams, querystring: ListQuery({}), response: { 200: List(TaskHistoryEntry) } },
      config: {
        access: ['tasks:read'],
        operation: { id: 'listTaskHistory', tag: 'Tasks', summary: 'List task history, newest first' },
      },
    },
    async (request) => {
      await visibleTask(principalOf(request), request.params.id);
      const page = await listTaskHistory(db, request.params.id, pageRequest(cursors, request));
      return listResponse(cursors, request, page, historyView);
    },
  );
};
