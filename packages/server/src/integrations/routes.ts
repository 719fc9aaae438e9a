import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { principalOf } from '../accounts/access.ts';
import { type Principal, visible } from '../accounts/principal.ts';
import { projectsToList, requireProject } from '../accounts/project-access.ts';
import type { Database } from '../database/database.ts';
import type { Cursors } from '../http/cursor.ts';
import { Id, IdParams } from '../http/fields.ts';
import { List, ListQuery, listResponse, pageRequest } from '../http/list.ts';
import { deleteIntegration } from './delete-integration.ts';
import { testIntegration } from './health/test-integration.ts';
import { findIntegration, type IntegrationRow, listIntegrations } from './integration-queries.ts';
import {
  Integration,
  IntegrationHealth,
  IntegrationInput,
  IntegrationPatch,
  IntegrationTest,
} from './integration-schema.ts';
import { type IntegrationView, integrationHealth, presentIntegrations } from './integration-view.ts';
import { changeIntegration, createIntegration, type ManageDependencies } from './manage.ts';
import { listOverlaps } from './repositories/repository-overlap-queries.ts';

export interface IntegrationRoutesOptions {
  db: Database;
  cursors: Cursors;
  manage: ManageDependencies;
}

export const integrationRoutes: FastifyPluginAsyncTypebox<IntegrationRoutesOptions> = async (app, options) => {
  const { db, cursors, manage } = options;

  /** Returns the integration after writing the successes that were counted until now. */
  const shown = async (principal: Principal, id: number): Promise<IntegrationRow> => {
    await manage.host.flush();
    return visibleIntegration(db, principal, id);
  };

  const view = async (row: IntegrationRow): Promise<IntegrationView> => {
    const [presented] = await presentIntegrations(db, [row]);
    if (presented === undefined) throw new Error(`integration ${row.id} was not presented`);
    return presented;
  };

  app.get(
    '/integrations',
    {
      schema: {
        querystring: ListQuery({
          project_id: Type.Optional(Id('Return only those of this project.')),
          integration_type: Type.Optional(Type.String({ maxLength: 64, examples: ['github'] })),
        }),
        response: { 200: List(Integration) },
      },
      config: {
        access: ['integrations:read'],
        operation: { id: 'listIntegrations', tag: 'Integrations', summary: 'List integrations, oldest first' },
      },
    },
    async (request) => {
      const { project_id, integration_type } = request.query;
      const projectIds = await projectsToList(db, principalOf(request), project_id);
      const filter = { projectIds, integrationType: integration_type };
      const { items, next } = await listIntegrations(db, filter, pageRequest(cursors, request));
      return listResponse(cursors, request, { items: await presentIntegrations(db, items), next }, (item) => item);
    },
  );

  app.post(
    '/integrations',
    {
      schema: { body: IntegrationInput, response: { 201: Integration } },
      config: {
        access: ['integrations:write'],
        creates: 'plain',
        operation: {
          id: 'createIntegration',
          tag: 'Integrations',
          summary: 'Create integration',
          description:
            'Credentials are stored encrypted. The provider is not called: `POST …/test` checks the connection. Returns 409 `integration.duplicate` when another integration of the project has the same credential, the same App installation or one of the repositories; `integration_id` is that integration.',
          errors: [404, 409],
        },
      },
    },
    async (request, reply) => {
      const { actor } = principalOf(request);
      await requireProject(db, principalOf(request), request.body.project_id);
      const row = await createIntegration(manage, request.body, actor);
      return reply
        .code(201)
        .header('location', `/api/v1/integrations/${row.id}`)
        .send(await view(row));
    },
  );

  app.get(
    '/integrations/:id',
    {
      schema: { params: IdParams, response: { 200: Integration } },
      config: {
        access: ['integrations:read'],
        operation: { id: 'getIntegration', tag: 'Integrations', summary: 'Get integration' },
      },
    },
    async (request) => view(await shown(principalOf(request), request.params.id)),
  );

  app.patch(
    '/integrations/:id',
    {
      schema: { params: IdParams, body: IntegrationPatch, response: { 200: Integration } },
      config: {
        access: ['integrations:write'],
        operation: {
          id: 'updateIntegration',
          tag: 'Integrations',
          summary: 'Update integration',
          description:
            '`config` is merged by key; null deletes a key. Secrets that are not given stay. A change of the host needs the credential again. A new `webhook_secret` leaves the old one valid for 24 hours. A new credential, host, installation or repository that another integration of the project has is refused with 409 `integration.duplicate`.',
          errors: [409],
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const principal = principalOf(request);
      await visibleIntegration(db, principal, id);
      return view(await changeIntegration(manage, id, request.body, principal.actor));
    },
  );

  app.delete(
    '/integrations/:id',
    {
      schema: { params: IdParams, response: { 204: Type.Null() } },
      config: {
        access: ['integrations:write'],
        operation: {
          id: 'deleteIntegration',
          tag: 'Integrations',
          summary: 'Delete integration',
          description:
            'Its tasks stay and their links become `detached`. The webhooks that it created at the provider are deleted.',
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const principal = principalOf(request);
      await visibleIntegration(db, principal, id);
      await deleteIntegration(manage, id, principal.actor);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/integrations/:id/test',
    {
      schema: { params: IdParams, response: { 200: IntegrationTest } },
      config: {
        access: ['integrations:write'],
        operation: {
          id: 'testIntegration',
          tag: 'Integrations',
          summary: 'Test integration',
          description:
            'A failed test is a 200 with `ok: false`. A passed test enables an integration that errors had disabled.',
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      await visibleIntegration(db, principalOf(request), id);
      return testIntegration(manage.host, id);
    },
  );

  app.get(
    '/integrations/:id/health',
    {
      schema: { params: IdParams, response: { 200: IntegrationHealth } },
      config: {
        access: ['integrations:read'],
        operation: { id: 'getIntegrationHealth', tag: 'Integrations', summary: 'Get integration health' },
      },
    },
    async (request) => {
      const row = await shown(principalOf(request), request.params.id);
      const overlaps = await listOverlaps(db, [row.id]);
      return integrationHealth(
        row,
        manage.clock.now(),
        overlaps.get(row.id),
        manage.host.authorFailures.recent(row.integration_type),
      );
    },
  );
};

export async function visibleIntegration(db: Database, principal: Principal, id: number): Promise<IntegrationRow> {
  return visible(principal, await findIntegration(db, id), `integration ${id}`);
}
