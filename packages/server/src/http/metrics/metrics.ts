import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../../store/database.ts';
import { countIntegrations, countWaiting } from './metrics-queries.ts';

export interface Metrics {
  registry: Registry;
  /** Labels: method, route (its pattern, never a path with ids), status. */
  requests: Histogram<'method' | 'route' | 'status'>;
}

/** Backlogs are counted up to this; beyond it the number says enough. */
const MOST_COUNTED = 100_000;

/** Metrics of one process, and of the queues that all processes share, read when they are scraped. */
export function createMetrics(db: Database): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'commandcenter_' });
  const requests = new Histogram({
    name: 'commandcenter_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  new Gauge({
    name: 'commandcenter_waiting',
    help: `Rows of a queue that are not done, counted up to ${MOST_COUNTED}.`,
    labelNames: ['queue'] as const,
    registers: [registry],
    async collect() {
      for (const { queue, waiting } of await countWaiting(db, MOST_COUNTED)) this.set({ queue }, waiting);
    },
  });
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
  return { registry, requests };
}
