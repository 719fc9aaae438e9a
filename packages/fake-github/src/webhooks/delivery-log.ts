import type { Timestamp } from '../state/model.ts';
import type { Hook } from './hooks.ts';

/** One attempt to hand an event to a hook. */
export interface Delivery {
  readonly id: number;
  /** `X-GitHub-Delivery`; a redelivery keeps it. */
  readonly guid: string;
  readonly hook: Hook;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  /** The payload as JSON text, whatever the content type it goes out with. */
  readonly payload: string;
  /** Empty until it is sent or intercepted, like `body`. */
  headers: Record<string, string>;
  /** The text that goes out, which the signature covers. */
  body: string;
  deliveredAt: Timestamp;
  durationMs: number;
  /** GitHub's words, such as `OK`, `timed out`, `failed to connect to host`; `pending` until it was tried. */
  status: string;
  /** The receiver's HTTP status; 0 when there was no answer. */
  statusCode: number;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

/** The newest deliveries, as GitHub keeps them for a few days. */
export class DeliveryLog {
  readonly #limit: number;
  readonly #deliveries = new Map<number, Delivery>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(delivery: Delivery): void {
    this.#deliveries.set(delivery.id, delivery);
    if (this.#deliveries.size <= this.#limit) return;
    const oldest = this.#deliveries.keys().next();
    if (oldest.done !== true) this.#deliveries.delete(oldest.value);
  }

  get(id: number): Delivery | undefined {
    return this.#deliveries.get(id);
  }

  /** Oldest first. */
  all(): Delivery[] {
    return [...this.#deliveries.values()];
  }

  clear(): void {
    this.#deliveries.clear();
  }
}
