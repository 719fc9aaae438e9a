import { Counter, type Registry } from 'prom-client';

/** Number of webhooks that this process refused for one cause. */
export interface RefusalCount {
  /** The error code of the response, such as `webhook.signature_wrong` or `ingest.busy`. */
  cause: string;
  count: number;
}

const MINUTE_MS = 60_000;
const MINUTES = 60;

/** Counts refused webhooks by cause: all since the start for `/metrics`, and those of the last hour for health. */
export class RefusalCounts {
  readonly #total: Counter<'cause'>;
  /** Counts by cause for each minute since the epoch, the oldest minute first. */
  readonly #minutes = new Map<number, Map<string, number>>();

  constructor(registry: Registry) {
    this.#total = new Counter({
      name: 'commandcenter_webhook_refusals_total',
      help: 'Webhooks that were not accepted, by the code of the response.',
      labelNames: ['cause'] as const,
      registers: [registry],
    });
  }

  add(cause: string, now = Date.now()): void {
    this.#total.inc({ cause });
    const minute = Math.floor(now / MINUTE_MS);
    const counts = this.#minutes.get(minute) ?? new Map<string, number>();
    this.#minutes.set(minute, counts.set(cause, (counts.get(cause) ?? 0) + 1));
    const [oldest] = this.#minutes.keys();
    if (this.#minutes.size > MINUTES && oldest !== undefined) this.#minutes.delete(oldest);
  }

  /** Returns the refused webhooks of the last hour by cause, the most frequent cause first. */
  ofLastHour(now = Date.now()): RefusalCount[] {
    const counts = new Map<string, number>();
    for (const [minute, ofMinute] of this.#minutes) {
      if (minute <= now / MINUTE_MS - MINUTES) continue;
      for (const [cause, count] of ofMinute) counts.set(cause, (counts.get(cause) ?? 0) + count);
    }
    return [...counts].map(([cause, count]) => ({ cause, count })).sort((left, right) => right.count - left.count);
  }
}
