import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { gitHubOidcRoutes } from '../accounts/github-oidc/routes.ts';
import { trustedRepositoryRoutes } from '../accounts/github-oidc/trusted-repository-routes.ts';
import { projectRoutes } from '../accounts/projects/routes.ts';
import { tokenRoutes } from '../accounts/tokens/routes.ts';
import { findingRoutes } from '../analyses/findings/finding-routes.ts';
import { findPublicationOfJob } from '../analyses/publication/publication-queries.ts';
import { createRenderReport } from '../analyses/reports/render-report.ts';
import { reportLinkRoutes } from '../analyses/reports/report-link-routes.ts';
import { reportRoutes } from '../analyses/reports/report-routes.ts';
import { type IsCurrentAnalysis, requestAnalysis } from '../analyses/request-analysis.ts';
import { sourceRoutes } from '../analyses/source/source-routes.ts';
import { trendRoutes } from '../analyses/trends/trend-routes.ts';
import type { Notifier } from '../background/notify.ts';
import type { Database } from '../database/database.ts';
import type { Cursors } from '../http/cursor.ts';
import type { IntegrationHost } from '../integrations/host.ts';
import type { ManageDependencies } from '../integrations/manage.ts';
import { repositoryRoutes } from '../integrations/repositories/routes.ts';
import { integrationRoutes } from '../integrations/routes.ts';
import { createJobEventFeed } from '../jobs/event-feed.ts';
import { jobEventRoutes } from '../jobs/event-routes.ts';
import { createJobView } from '../jobs/job-view.ts';
import type { ReportLinks } from '../jobs/report-link.ts';
import { jobRoutes } from '../jobs/routes.ts';
import type { Logger } from '../logging.ts';
import { createTask, deleteTask, editTask } from '../sync/commands/edit-task.ts';
import { conflictRoutes } from '../sync/conflicts/routes.ts';
import type { SyncDependencies } from '../sync/dependencies.ts';
import { boardRoutes } from '../sync/routes/board-routes.ts';
import { repositorySyncRoutes } from '../sync/routes/repository-sync-routes.ts';
import { syncRoutes } from '../sync/routes/sync-routes.ts';
import { taskRoutes } from '../tasks/routes.ts';
import { deliveryRoutes } from '../webhooks/deliveries/routes.ts';
import type { App } from './app.ts';
import { docsRoutes } from './docs/routes.ts';
import { homeRoutes } from './home/routes.ts';
import { openApiDocument } from './openapi.ts';

export interface ApiDependencies {
  db: Database;
  notifier: Notifier;
  log: Logger;
  manage: ManageDependencies;
  sync: SyncDependencies;
  host: IntegrationHost;
  clock: { now(): Date };
  cursors: Cursors;
  reportLinks: ReportLinks;
  /**
   * Returns true when a completed analysis can serve a new request. By default it never can, so that a request without an unfinished job
   * creates one.
   */
  isCurrentAnalysis?: IsCurrentAnalysis;
  randomBytes(size: number): Buffer;
  /** Fetch with the egress guard, for requests that belong to no integration. */
  fetch: typeof fetch;
  version: string;
  /** Public address of this server, for webhooks and links. */
  publicUrl: string;
}

/** Registers the routes under `/api/v1`, their OpenAPI description, and the pages for people. */
export async function addApi({ fastify: app, routes }: App, dependencies: ApiDependencies): Promise<void> {
  const { db, notifier, log, host, manage, sync, clock, cursors, randomBytes, fetch, version, publicUrl } =
    dependencies;
  const { reportLinks: links, isCurrentAnalysis = async () => false } = dependencies;
  const view = createJobView(links, clock);
  await app.register(
    async (api) => {
      await api.register(projectRoutes, { db, cursors });
      await api.register(trustedRepositoryRoutes, { db, cursors });
      await api.register(repositoryRoutes, { db, cursors });
      await api.register(trendRoutes, { db, cursors });
      await api.register(taskRoutes, { db, cursors, commands: { createTask, editTask, deleteTask } });
      await api.register(conflictRoutes, { db, cursors });
      await api.register(integrationRoutes, { db, cursors, manage });
      await api.register(syncRoutes, { type: null, title: '', host, sync });
      for (const { manifest } of host.registry.list()) {
        const typed = { type: manifest.type, title: manifest.title };
        await api.register(syncRoutes, { ...typed, host, sync });
        await api.register(repositorySyncRoutes, { ...typed, host, sync, hooks: { db, host, clock, publicUrl } });
        await api.register(boardRoutes, { ...typed, db, host, cursors });
      }
      await api.register(deliveryRoutes, { db, cursors, replay: { db, host, applyChanges: sync.applyChanges } });
      await api.register(jobRoutes, {
        db,
        cursors,
        view,
        requestAnalysis: (principal, input) => requestAnalysis(db, principal, input, isCurrentAnalysis),
        findPublication: (job) => findPublicationOfJob(db, job),
      });
      await api.register(sourceRoutes, { db, view });
      await api.register(findingRoutes, { db, cursors });
      await api.register(reportRoutes, { db, clock, links, render: createRenderReport() });
      await api.register(reportLinkRoutes, { db, clock, links });
      await api.register(jobEventRoutes, { db, log, feed: createJobEventFeed(notifier) });
      await api.register(tokenRoutes, { db, cursors, clock, randomBytes });
      await api.register(gitHubOidcRoutes, { db, clock, randomBytes, fetch, publicUrl });
    },
    { prefix: '/api/v1' },
  );
  await app.register(homeRoutes, { version });
  await app.register(docsRoutes);
  addDescription(app, () => openApiDocument(routes, version));
}

/** Adds the route of the OpenAPI description, which is generated once, after all routes were registered. */
function addDescription(app: FastifyInstance, describe: () => object): void {
  let text = '';
  app.addHook('onReady', async () => {
    text = JSON.stringify(describe());
  });
  app.get(
    '/openapi.json',
    {
      schema: { response: { 200: Type.Unknown() } },
      config: { operation: { id: 'getApiDescription', tag: 'Server', summary: 'Get this description (OpenAPI 3.1)' } },
    },
    async (_request, reply) => reply.type('application/json; charset=utf-8').serializer(String).send(text),
  );
}
