import type { Timestamp } from '../state/model.ts';
import type { Hook } from './hooks.ts';

/** One attempt to deliver an event to a hook. */
export interface Delivery {
  readonly id: number;
  /** Value of `X-GitHub-Delivery`; a redelivery keeps it. */
  readonly guid: string;
  readonly hook: Hook;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  /** The payload as JSON text, whatever content type it is sent with. */
  readonly payload: string;
  /** Headers of the request; empty until the delivery is sent or intercepted, like `body`. */
  headers: Record<string, string>;
  /** The request's body as it is sent, which the signature covers. */
  body: string;
  deliveredAt: Timestamp;
  durationMs: number;
  /** Outcome in GitHub's words, such as `OK`, `timed out` or `failed to connect to host`; `pending` before the attempt. */
  status: string;
  /** The receiver's HTTP status; 0 if there was no response. */
  statusCode: number;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

/** The newest deliveries, up to a limit. GitHub keeps deliveries for a few days. */
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

  /** Returns the logged deliveries, oldest first. */
  all(): Delivery[] {
    return [...this.#deliveries.values()];
  }

  clear(): void {
    this.#deliveries.clear();
  }
}
