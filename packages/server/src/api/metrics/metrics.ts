import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { cachedFor } from '../../background/cached-for.ts';
import type { Database } from '../../database/database.ts';
import { RefusalCounts } from '../../webhooks/http/refusal-counts.ts';
import { findWaitingQueues, type WaitingQueue } from '../health/waiting-work-queries.ts';
import { countIntegrations } from './metrics-queries.ts';

export interface Metrics {
  registry: Registry;
  /** Duration of requests in seconds, by method, route and status. The route is the pattern, never a path with ids. */
  requests: Histogram<'method' | 'route' | 'status'>;
  webhookRefusals: RefusalCounts;
  /** Number of requests whose API token was unknown or had expired. */
  refusedTokens: Counter;
}

/** Most rows of a queue that are counted. A greater number would say no more. */
const MOST_COUNTED = 100_000;
/** Time in ms for which the queues are cached, so that all gauges of one scrape share one read. */
const KEPT_MS = 500;

/** Creates the metrics of this process, and of the queues that all processes share. The queues are read when the metrics are scraped. */
export function createMetrics(db: Database): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'commandcenter_' });
  const requests = new Histogram({
    name: 'commandcenter_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its response.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const webhookRefusals = new RefusalCounts(registry);
  const refusedTokens = new Counter({
    name: 'commandcenter_refused_tokens_total',
    help: 'Requests with an API token that is unknown or has expired.',
    registers: [registry],
  });
  const readQueues = cachedFor(KEPT_MS, () => findWaitingQueues(db, MOST_COUNTED));
  const addQueueGauge = (name: string, help: string, figureOf: (queue: WaitingQueue) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['queue'] as const,
      registers: [registry],
      async collect() {
        for (const row of await readQueues()) this.set({ queue: row.queue }, figureOf(row));
      },
    });
  };
  addQueueGauge(
    'commandcenter_waiting',
    `Work that is due and not under way, counted up to ${MOST_COUNTED}.`,
    ({ waiting }) => waiting,
  );
  addQueueGauge(
    'commandcenter_oldest_waiting_seconds',
    'Time since the oldest work that is not under way became due.',
    ({ oldest_waiting_seconds }) => oldest_waiting_seconds,
  );
  addQueueGauge(
    'commandcenter_parked',
    'Work that is not due: it waits for a time, a credential, a host, a repository or a person.',
    ({ parked }) => parked,
  );
  new Gauge({
    name: 'commandcenter_integrations',
    help: 'Integrations by status.',
    labelNames: ['status'] as const,
    registers: [registry],
    async collect() {
      const rows = await countIntegrations(db);
      this.reset();
      for (const { status, count } of rows) this.set({ status }, count);
    },
  });
  return { registry, requests, webhookRefusals, refusedTokens };
}
