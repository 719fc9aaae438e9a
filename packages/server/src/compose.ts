import { randomBytes } from 'node:crypto';
import { createGuardedFetch } from '@commandcenter/egress';
import { createOwner, type FirstStart, renewInitialToken } from './accounts/user-queries.ts';
import { createIsCurrentAnalysis } from './analyses/is-current.ts';
import { openAnalysis } from './analyses/open-analysis.ts';
import { sweepWorkFolders } from './analyses/source/work-folder.ts';
import { addApi } from './api/api.ts';
import { type AppDependencies, createApp } from './api/app.ts';
import type { RouteEntry } from './api/route-table.ts';
import type { Notifier } from './background/notify.ts';
import { type BackgroundWork, startBackgroundWork } from './background-work.ts';
import type { Config } from './config.ts';
import type { DatabasePools } from './database/database-pools.ts';
import { startWorkerSession, type WorkerSession } from './database/worker-session.ts';
import { createClientAddresses } from './http/client-address.ts';
import { createCursors } from './http/cursor.ts';
import { requestsPerToken } from './http/in-flight-limit.ts';
import { createIntegrationHost } from './integrations/host.ts';
import { loadRegistry } from './integrations/load-registry.ts';
import type { Registry } from './integrations/registry.ts';
import { createReportLinks } from './jobs/report-link.ts';
import { loadInstanceKeys } from './keys/instance-keys.ts';
import { loadKeyRing } from './keys/load-key-ring.ts';
import { listenAt } from './listen.ts';
import type { CreateModuleLogger } from './logging.ts';
import type { SyncDependencies } from './sync/dependencies.ts';
import { createApplyChanges } from './sync/inbound/apply-changes.ts';
import { detachLinks } from './sync/link/detach-links.ts';
import { createMarkers } from './sync/outbound/create-markers.ts';
import { version } from './version.ts';
import { serveWebhooksFirst, webhookRoutes } from './webhooks/http/routes.ts';
import { createWebhookServer } from './webhooks/http/serve-webhook.ts';
import { createIngest, type Ingest } from './webhooks/ingest/ingest.ts';

export interface ComposeOptions {
  config: Config;
  /** Connections to a migrated database. The caller closes them after the application. */
  pools: DatabasePools;
  /** Notifier that listens already. The caller closes it after the application. */
  notifier: Notifier;
  logger: CreateModuleLogger;
  clock?: { now(): Date };
  /** Integrations to use instead of the installed ones. */
  registry?: Registry;
  /** Longest time in ms that a request waits while too many others of its token are running, by default 5,000. */
  requestWaitMs?: number;
  connections?: AppDependencies['connections'];
}

export interface Application {
  /** All routes of this process, including those that the API description leaves out. */
  routes: readonly RouteEntry[];
  /** Starts to serve requests and to work. Resolves to the address of the server, or null for a worker whose port is taken. */
  listen(): Promise<string | null>;
  /** Returns a new admin token to display, as long as none was used. Returns undefined afterwards, and in a process without the API. */
  renewInitialToken(): Promise<FirstStart | undefined>;
  /** Stops accepting requests, and finishes or hands back running work. Further calls return the same promise. */
  close(): Promise<void>;
}

/** Greatest size in bytes of a response to a request by the API itself. The largest one, a set of keys, has a few KiB. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/** Builds the parts of this process that its ROLE needs. Nothing runs before `listen()`. */
export async function compose(options: ComposeOptions): Promise<Application> {
  const { config, pools, notifier, logger, clock = { now: () => new Date() } } = options;
  const isRole = (role: Config['ROLE']): boolean => config.ROLE === role || config.ROLE === 'all';
  const { db } = pools[config.ROLE === 'all' ? 'worker' : config.ROLE];
  const api = pools.api.db;

  const keys = await loadKeyRing(db, config, clock.now());
  const instanceKeys = await loadInstanceKeys(db, keys);
  const registry = options.registry ?? (await loadRegistry(logger('integrations')));
  const host = createIntegrationHost({ db, keys, registry, config, log: logger('integrations'), clock, version });
  const applyChanges = createApplyChanges({ markerKey: instanceKeys.marker });
  const markers = createMarkers(instanceKeys.marker);
  const links = createReportLinks(instanceKeys.reportLink, config.PUBLIC_URL);
  const sync: SyncDependencies = { db, host, applyChanges, markers, notifier, log: logger('sync') };

  const addresses = createClientAddresses(config.TRUSTED_PROXIES);
  const app = await createApp({
    addresses,
    db: api,
    storage: {
      pool: pools.ingest.pool,
      dataDir: config.DATABASE_URL === undefined ? config.DATA_DIR : undefined,
    },
    ...(options.connections === undefined ? {} : { connections: options.connections }),
    inFlight: { most: requestsPerToken(config.DATABASE_POOL_API), waitMs: options.requestWaitMs },
    clock,
    log: logger('http'),
    keys,
    adminToken: config.COMMANDCENTER_ADMIN_TOKEN,
    version,
    role: config.ROLE,
  });

  const outgoing = createGuardedFetch(host.egress, `commandcenter/${version}`, LARGEST_ANSWER_BYTES);
  let work: BackgroundWork | undefined;
  let workerSession: WorkerSession | undefined;
  let ingest: Ingest | undefined;
  const analysis = openAnalysis({ db, host, log: logger('analysis'), clock, links, config, version });
  if (isRole('ingest')) {
    ingest = createIngest({
      ...pools.ingest,
      registry,
      authorFailures: host.authorFailures,
      keys,
      notifier,
      clock,
      log: logger('ingest'),
      onStored: () => work?.wakeDeliveries(),
    });
    const serve = createWebhookServer({ ingest, metrics: app.metrics, addresses, log: logger('ingest') });
    await app.fastify.register(webhookRoutes, { serve, registry, prefix: '/api/v1' });
    serveWebhooksFirst(app.fastify.server, serve);
  }
  if (isRole('api')) {
    await addApi(app, {
      db: api,
      notifier,
      log: logger('http'),
      host,
      manage: {
        db: api,
        keys,
        fingerprintKey: instanceKeys.fingerprint,
        host,
        clock,
        log: logger('integrations'),
        detachLinks,
      },
      sync: { ...sync, db: api },
      clock,
      cursors: createCursors(instanceKeys.cursor),
      reportLinks: links,
      isCurrentAnalysis: createIsCurrentAnalysis({ ...analysis.dependencies, db: api }),
      randomBytes,
      fetch: outgoing.fetch,
      version,
      publicUrl: config.PUBLIC_URL,
    });
  }
  await createOwner(db);

  const closeAll = async (): Promise<void> => {
    await app.fastify.close();
    await ingest?.close();
    await work?.stop();
    await workerSession?.stop();
    await analysis[Symbol.asyncDispose]();
    await outgoing.close();
    await host.close();
  };
  let closing: Promise<void> | undefined;

  return {
    routes: app.routes,
    renewInitialToken: async () => (isRole('api') ? renewInitialToken(db) : undefined),
    async listen() {
      if (isRole('worker')) {
        await sweepWorkFolders(analysis.dependencies.folders.work);
        const { openClient } = pools.worker;
        workerSession = await startWorkerSession({ openClient, db, workerId: pools.workerId, log: logger('workers') });
        work = startBackgroundWork({
          db,
          config,
          clock,
          notifier,
          logger,
          host,
          sync,
          analysis: analysis.dependencies,
          storedPerSecond: () => ingest?.storedPerSecond() ?? 0,
        });
      }
      if (config.ROLE !== 'ingest') host.start();
      return listenAt(app.fastify, config, logger('http'));
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
