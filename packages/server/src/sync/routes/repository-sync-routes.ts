import { isHookInstaller, isIssueTracker } from '@commandcenter/integration-kit';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../../accounts/access.ts';
import { IdParams } from '../../http/fields.ts';
import { requireCapability, requireType } from '../../integrations/capability.ts';
import type { IntegrationHost } from '../../integrations/host.ts';
import { visibleIntegration } from '../../integrations/routes.ts';
import { operationOf, pathOf, type TypedRoutes } from '../../integrations/typed-routes.ts';
import { type HookDependencies, installRepositoryHook } from '../commands/install-repository-hook.ts';
import { startImport } from '../commands/start-import.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { HookInput, ImportInput, InstalledHook, StartedJob } from './sync-schema.ts';

export interface RepositorySyncRoutesOptions extends TypedRoutes {
  host: IntegrationHost;
  sync: SyncDependencies;
  hooks: HookDependencies;
}

/** Registers the routes that import a whole repository and that create a webhook in it. */
export const repositorySyncRoutes: FastifyPluginAsyncTypebox<RepositorySyncRoutesOptions> = async (app, options) => {
  const { host, sync, hooks, type } = options;
  const { db } = sync;

  app.post(
    pathOf(options, '/import'),
    {
      schema: { params: IdParams, body: ImportInput, response: { 202: StartedJob } },
      config: {
        access: ['integrations:write'],
        creates: 'plain',
        operation: operationOf(options, {
          id: 'importRepository',
          tag: 'Integrations',
          summary: 'Import all issues of a repository',
          description:
            'Creates the tasks that are missing, lets issues be read that are no longer listed, and writes nothing to the provider. Repeated, it creates no duplicates. While an equal import is under way, its job is returned. The `result` of the job has a `summary` for people, the counts (`seen`, `created`, `updated`, `unchanged`, `deleted_here`, `missing`), and with `dry_run` the first hundred changes (`would`).',
        }),
      },
    },
    async (request, reply) => {
      const { repository, dry_run: dryRun } = request.body;
      const { actor } = principalOf(request);
      const row = await visibleIntegration(db, principalOf(request), request.params.id);
      requireType(row, type);
      await requireCapability(host, row, isIssueTracker, 'issues');
      const job = await startImport(sync, { integrationId: row.id, repository, dryRun, actor });
      return reply.code(202).header('location', `/api/v1/jobs/${job.id}`).send({ job_id: job.id });
    },
  );

  app.post(
    pathOf(options, '/webhooks'),
    {
      schema: { params: IdParams, body: HookInput, response: { 200: InstalledHook, 201: InstalledHook } },
      config: {
        access: ['integrations:write'],
        creates: 'plain',
        operation: operationOf(options, {
          id: 'installWebhook',
          tag: 'Integrations',
          summary: 'Create webhook in repository',
          description: 'An existing webhook of this integration is updated (200). It is deleted with the integration.',
          errors: [429, 502, 503, 504],
        }),
      },
    },
    async (request, reply) => {
      const { repository } = request.body;
      const row = await visibleIntegration(db, principalOf(request), request.params.id);
      requireType(row, type);
      await requireCapability(host, row, isHookInstaller, 'webhooks that can be made from here');
      const hook = await installRepositoryHook(hooks, { integrationId: row.id, repository });
      return reply.code(hook.created ? 201 : 200).send(hook);
    },
  );
};
