import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Database } from '../../database/database.ts';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { conflict } from '../../errors.ts';
import type { Cursors } from '../../http/cursor.ts';
import { IdParams } from '../../http/fields.ts';
import { List, ListQuery, listResponse, pageRequest } from '../../http/list.ts';
import { principalOf } from '../access.ts';
import { recordAudit } from '../audit-log-queries.ts';
import { type Principal, seesProject } from '../principal.ts';
import { boundToProject, unknownProject } from '../project-access.ts';
import { findOwner } from '../user-queries.ts';
import {
  createProject,
  deleteProject,
  findProject,
  listProjects,
  type ProjectRow,
  projectHasIntegrations,
  renameProject,
} from './project-queries.ts';
import { Project, ProjectInput, projectView } from './project-schema.ts';

export interface ProjectRoutesOptions {
  db: Database;
  cursors: Cursors;
}

export const projectRoutes: FastifyPluginAsyncTypebox<ProjectRoutesOptions> = async (app, { db, cursors }) => {
  app.get(
    '/projects',
    {
      schema: { querystring: ListQuery({}), response: { 200: List(Project) } },
      config: {
        access: 'token',
        operation: { id: 'listProjects', tag: 'Projects', summary: 'List projects' },
      },
    },
    async (request) => {
      const page = await listProjects(db, principalOf(request).projectIds, pageRequest(cursors, request));
      return listResponse(cursors, request, page, projectView);
    },
  );

  app.post(
    '/projects',
    {
      schema: { body: ProjectInput, response: { 201: Project } },
      config: {
        access: ['projects:write'],
        creates: 'plain',
        operation: { id: 'createProject', tag: 'Projects', summary: 'Create project' },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      if (principal.boundProjectId !== null) throw boundToProject(principal.boundProjectId);
      const project = await db.transaction().execute(async (trx) => {
        const ownerId = principal.userId ?? (await findOwner(trx))?.id ?? null;
        return createProject(trx, { name: request.body.name, ownerId });
      });
      return reply.code(201).header('location', `/api/v1/projects/${project.id}`).send(projectView(project));
    },
  );

  app.get(
    '/projects/:id',
    {
      schema: { params: IdParams, response: { 200: Project } },
      config: { access: 'token', operation: { id: 'getProject', tag: 'Projects', summary: 'Get project' } },
    },
    async (request) => {
      const { id } = request.params;
      return projectView(visibleProject(principalOf(request), await findProject(db, id), id));
    },
  );

  app.patch(
    '/projects/:id',
    {
      schema: { params: IdParams, body: ProjectInput, response: { 200: Project } },
      config: {
        access: ['projects:write'],
        operation: { id: 'updateProject', tag: 'Projects', summary: 'Update project' },
      },
    },
    async (request) => {
      const { id } = request.params;
      if (!seesProject(principalOf(request), id)) throw unknownProject(id);
      return projectView(visibleProject(principalOf(request), await renameProject(db, id, request.body.name), id));
    },
  );

  app.delete(
    '/projects/:id',
    {
      schema: { params: IdParams, response: { 204: Type.Null() } },
      config: {
        access: ['projects:write'],
        operation: {
          id: 'deleteProject',
          tag: 'Projects',
          summary: 'Delete project with everything in it',
          description:
            'Delete the integrations of the project first, one by one, so that the webhooks they created at the provider are deleted too.',
          errors: [409],
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const principal = principalOf(request);
      await retriedTransaction(db, async (trx) => {
        const project = visibleProject(principal, await findProject(trx, id), id);
        if (await projectHasIntegrations(trx, id)) {
          throw conflict(
            `Project ${id} still has integrations. Delete them first: DELETE /api/v1/integrations/{id}.`,
            'project.has_integrations',
          );
        }
        await deleteProject(trx, id);
        await recordAudit(trx, {
          projectId: id,
          actor: principal.actor,
          action: 'project.delete',
          object: `project:${id}`,
          details: { name: project.name },
        });
      });
      return reply.code(204).send(null);
    },
  );
};

function visibleProject(principal: Principal, row: ProjectRow | undefined, id: number): ProjectRow {
  if (row === undefined || !seesProject(principal, row.id)) throw unknownProject(id);
  return row;
}
