import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { addAuthentication } from '../accounts/authentication.ts';
import type { Database } from '../database/database.ts';
import { type ClientAddresses, clientNetwork } from '../http/client-address.ts';
import { limitConnections } from '../http/connection-limits.ts';
import { closeConnectionsInTime } from '../http/connections.ts';
import { addIdempotency, type IdempotencyDependencies } from '../http/idempotency.ts';
import { addInFlightLimit, type InFlightLimitOptions } from '../http/in-flight-limit.ts';
import { addJsonBody, BODY_LIMIT_BYTES } from '../http/json-body.ts';
import { nodeServerOptions, takeOverRefusalsOfNode } from '../http/refusals-of-node.ts';
import { addSecurityHeaders } from '../http/security-headers.ts';
import { limitSlowRequests } from '../http/slow-requests.ts';
import { refuseUnparsable } from '../http/unparsable-requests.ts';
import { addValidation } from '../http/validation.ts';
import { findRepositoriesByIds } from '../integrations/repositories/repository-queries.ts';
import type { Logger } from '../logging.ts';
import { addErrorHandling, sendProblem } from './error-handling.ts';
import { createQueueHealth, readWorstLanes } from './health/queue-health.ts';
import { healthRoutes, probeRoutes } from './health/routes.ts';
import { createServerHealth, type ServerHealthDependencies } from './health/server-health.ts';
import { StateLog } from './health/state-log.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { addRequestLog } from './request-log.ts';
import { collectRoutes, type RouteEntry } from './route-table.ts';
import { addUnknownRouteHandling } from './unknown-route.ts';

export interface AppDependencies {
  addresses: ClientAddresses;
  db: Database;
  /** Database connections and data folder with which the server checks whether it is ready to store deliveries. */
  storage: Pick<ServerHealthDependencies, 'pool' | 'dataDir'>;
  /** Limit of concurrent requests, by default 16 per token. */
  inFlight?: InFlightLimitOptions;
  clock: { now(): Date };
  log: Logger;
  keys: IdempotencyDependencies['keys'];
  adminToken: string | undefined;
  version: string;
  role: string;
  /** Most open connections, in total and per client address. Default: 8,192 and 4,096. */
  connections?: { total: number; perAddress: number };
  /** Time in ms within which a whole request must arrive, by default 60,000. An upload has 15 minutes. */
  requestTimeoutMs?: number;
}

export interface App {
  fastify: FastifyInstance;
  /** All routes that have been registered so far, from which the API description is generated. */
  routes: readonly RouteEntry[];
  metrics: Metrics;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 60_000;
const DEFAULT_IN_FLIGHT = { most: 16 };
const UPLOAD_TIMEOUT_MS = 900_000;
const HEADERS_TIMEOUT_MS = 15_000;
const TIMEOUT_CHECK_MS = 1000;
/** Most open connections to one process. Each takes a file descriptor and some 10 KiB. */
const CONNECTIONS = { total: 8192, perAddress: 4096 };
const UPLOADS = /^\/api\/v1\/jobs\/\d+\/source$/;

/** Creates the application with the routes that every process serves (probes, health, metrics) and the hooks that apply to all routes. */
export async function createApp(dependencies: AppDependencies): Promise<App> {
  const { addresses, db, clock, log, keys, adminToken, version, role } = dependencies;
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: UPLOAD_TIMEOUT_MS,
    http: {
      ...nodeServerOptions,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    trustProxy: (address) => addresses.isTrustedProxy(address),
    return503OnClosing: true,
    forceCloseConnections: false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler: refuseUnparsable,
  }).withTypeProvider<TypeBoxTypeProvider>();

  const metrics = createMetrics(db);
  const health = createServerHealth({ ...dependencies.storage, clock, log });
  const states = new StateLog(log);
  const routes = collectRoutes(app);
  closeConnectionsInTime(app);
  const authenticated = new WeakSet<IncomingMessage>();
  // Install these limits when the server listens, because all listeners of the HTTP server exist by then, also those that run before the
  // framework.
  app.addHook('onListen', async () => {
    limitConnections(app.server, {
      ...(dependencies.connections ?? CONNECTIONS),
      addressOf: ({ remoteAddress = '' }) =>
        addresses.isTrustedProxy(remoteAddress) ? undefined : clientNetwork(remoteAddress),
      // A successful POST without a token was verified too: it is a webhook or the id token of a workflow.
      isOfKnownClient: (request, { statusCode }) =>
        statusCode < 300 && (request.method === 'POST' || authenticated.has(request)),
    });
    limitSlowRequests(app.server, {
      limitMs: dependencies.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
      isUpload: ({ method, url = '' }) => method === 'PUT' && UPLOADS.test(url),
    });
  });
  addErrorHandling(app);
  takeOverRefusalsOfNode(app);
  addUnknownRouteHandling(app, routes);
  addValidation(app);
  addJsonBody(app);
  addSecurityHeaders(app);
  addRequestLog(app, metrics);
  addAuthentication(app, {
    db,
    clock,
    log,
    adminToken,
    refusedTokens: metrics.refusedTokens,
    authenticated,
    findRepositoryId: async ({ external_id, ...project }) =>
      (await findRepositoriesByIds(db, project, [external_id]))[0]?.id,
  });
  addIdempotency(app, { db, clock, log, keys });
  addInFlightLimit(app, dependencies.inFlight ?? DEFAULT_IN_FLIGHT);

  const refusals = () => metrics.webhookRefusals.ofLastHour();
  await app.register(probeRoutes, { health, refusals });
  await app.register(healthRoutes, {
    health,
    refusals,
    queueHealth: createQueueHealth(db, states),
    worstLanes: (projectIds) => readWorstLanes(db, projectIds, states),
    version,
    role,
    startedAt: clock.now(),
    prefix: '/api/v1',
  });
  await app.register(metricsRoutes, { metrics });
  return { fastify: app as unknown as FastifyInstance, routes, metrics };
}
