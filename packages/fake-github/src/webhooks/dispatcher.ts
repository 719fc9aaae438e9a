import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Settings } from '../settings.ts';
import type { Installation } from '../state/model.ts';
import { covers } from '../state/tokens.ts';
import type { DomainEvent, World } from '../state/world.ts';
import { simpleOrganization, simpleUser } from '../view/account.ts';
import { repositoryView } from '../view/repository.ts';
import { serialize } from '../view/serialize.ts';
import type { Urls } from '../view/urls.ts';
import { type Delivery, DeliveryLog } from './delivery-log.ts';
import type { Hook, Hooks } from './hooks.ts';
import { prepare, recordOutcome, send } from './send.ts';

/** Number of deliveries that the log keeps by default; a payload takes about 12 KB. */
const defaultLogLimit = 5000;

export interface DispatcherOptions {
  world: World;
  hooks: Hooks;
  urls: Urls;
  settings: Settings;
  /** Time limit for a webhook's receiver in milliseconds; GitHub allows 10,000. */
  timeoutMs?: number;
  /** Number of concurrent deliveries of one webhook; 1 keeps their order. */
  concurrency?: number;
  logLimit?: number;
}

/**
 * Sends each event to the webhooks once, without retries, as GitHub does. For tests, deliveries can also be paused, reordered, duplicated
 * and dropped.
 */
export class Dispatcher {
  readonly log: DeliveryLog;
  /** Number of times that every delivery is sent, with the same GUID. */
  copies = 1;
  /** Function that chooses deliveries to lose: if it returns true, the delivery is neither sent nor logged. */
  drop: ((delivery: Delivery) => boolean) | null = null;
  /**
   * If set, deliveries are passed to this function instead of being sent by HTTP. Their `headers` and `body` are what would have been sent.
   * They stay `pending` until `recordOutcome` is called.
   */
  intercept: ((delivery: Delivery) => void) | null = null;
  readonly #options: DispatcherOptions;
  readonly #queues = new Map<number, Delivery[]>();
  readonly #active = new Map<number, number>();
  readonly #stop = new AbortController();
  readonly #idleWaiters: (() => void)[] = [];
  #paused = false;
  #held: Delivery[] = [];

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.log = new DeliveryLog(options.logLimit ?? defaultLogLimit);
    options.world.onEvent((event) => this.#onEvent(event));
  }

  /** Holds all deliveries back until `resume`. */
  pause(): void {
    this.#paused = true;
  }

  /** Number of deliveries that are held back. */
  get held(): number {
    return this.#held.length;
  }

  /** Sends the held deliveries in their order, or in the order that `arrange` returns. Deliveries that it leaves out are lost. */
  resume(arrange: (held: readonly Delivery[]) => readonly Delivery[] = (held) => held): void {
    this.#paused = false;
    const held = this.#held;
    this.#held = [];
    for (const delivery of arrange(held)) this.#enqueue(delivery);
  }

  /** Sends a logged delivery again with the same GUID. */
  redeliver(delivery: Delivery): Delivery {
    const redelivery = this.#newDelivery(delivery.hook, delivery, true);
    this.#submit(redelivery);
    return redelivery;
  }

  /** Sends any payload to one webhook, as if an event with this payload had happened. */
  sendTo(hook: Hook, event: string, action: string | null, payload: string): Delivery {
    const content = { guid: randomUUID(), event, action, payload, installationId: null, repositoryId: null };
    const delivery = this.#newDelivery(hook, content, false);
    this.#submit(delivery);
    return delivery;
  }

  /**
   * Records the outcome of an intercepted delivery. `statusCode` is the receiver's HTTP status, 0 for no response; `status` defaults to
   * GitHub's text for it.
   */
  recordOutcome(delivery: Delivery, statusCode: number, status = defaultStatus(statusCode)): void {
    recordOutcome(delivery, statusCode, status);
    delivery.deliveredAt = this.#options.world.timestamp();
  }

  /** Resolves when no delivery is queued or being sent. Held deliveries do not count. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  close(): void {
    this.#queues.clear();
    this.#held = [];
    this.#stop.abort();
  }

  #onEvent(event: DomainEvent): void {
    const { hooks, settings, urls } = this.#options;
    const candidates =
      event.installation === undefined
        ? hooks.candidates(event.event, event.repository, event.organization)
        : hooks.ofInstallation(event.installation);
    if (candidates.length === 0) return;
    const common = {
      ...(event.action === null ? {} : { action: event.action }),
      ...(event.repository === null ? {} : { repository: repositoryView(event.repository, urls) }),
      ...(event.organization === null ? {} : { organization: simpleOrganization(event.organization, urls) }),
      sender: simpleUser(event.sender, urls),
      ...event.body(urls),
    };
    for (const hook of candidates) {
      const installation = this.#installationFor(hook, event);
      if (hook.target.type === 'integration' && installation === undefined) continue;
      // An event about an installation contains the whole installation; any other event contains only its id.
      const withInstallation =
        installation === undefined || event.installation !== undefined
          ? {}
          : { installation: { id: installation.id, node_id: installation.nodeId } };
      const content = {
        guid: randomUUID(),
        event: event.event,
        action: event.action,
        payload: serialize({ ...common, ...withInstallation }, settings),
        installationId: installation?.id ?? null,
        repositoryId: event.repository?.id ?? null,
      };
      this.#submit(this.#newDelivery(hook, content, false));
    }
  }

  #installationFor(hook: Hook, event: DomainEvent): Installation | undefined {
    const { target } = hook;
    if (target.type !== 'integration') return undefined;
    if (event.installation !== undefined) return event.installation;
    const { repository, organization } = event;
    return [...this.#options.world.installations.values()].find(
      (installation) =>
        installation.app === target.app &&
        installation.suspendedAt === null &&
        (repository === null ? installation.account === organization : covers(installation, repository)),
    );
  }

  #newDelivery(
    hook: Hook,
    content: Pick<Delivery, 'guid' | 'event' | 'action' | 'payload' | 'installationId' | 'repositoryId'>,
    redelivery: boolean,
  ): Delivery {
    return {
      id: this.#options.world.nextId(),
      guid: content.guid,
      hook,
      event: content.event,
      action: content.action,
      installationId: content.installationId,
      repositoryId: content.repositoryId,
      redelivery,
      payload: content.payload,
      headers: {},
      body: '',
      deliveredAt: this.#options.world.timestamp(),
      durationMs: 0,
      status: 'pending',
      statusCode: 0,
      responseHeaders: {},
      responseBody: '',
    };
  }

  #submit(delivery: Delivery): void {
    if (this.drop?.(delivery) === true) return;
    this.log.add(delivery);
    for (let copy = 0; copy < this.copies; copy += 1) {
      if (this.#paused) this.#held.push(delivery);
      else this.#enqueue(delivery);
    }
  }

  #enqueue(delivery: Delivery): void {
    if (this.#stop.signal.aborted) return;
    if (this.intercept !== null) {
      prepare(delivery);
      this.intercept(delivery);
      return;
    }
    const queue = this.#queues.get(delivery.hook.id) ?? [];
    queue.push(delivery);
    this.#queues.set(delivery.hook.id, queue);
    this.#work(delivery.hook.id);
  }

  #work(hookId: number): void {
    const queue = this.#queues.get(hookId);
    const active = this.#active.get(hookId) ?? 0;
    if (queue === undefined || active >= (this.#options.concurrency ?? 1)) return;
    const delivery = queue.shift();
    if (delivery === undefined) {
      this.#queues.delete(hookId);
      return;
    }
    this.#active.set(hookId, active + 1);
    const { timeoutMs = 10_000, world } = this.#options;
    void send(delivery, timeoutMs, this.#stop.signal).then(() => {
      delivery.deliveredAt = world.timestamp();
      const left = (this.#active.get(hookId) ?? 1) - 1;
      if (left === 0) this.#active.delete(hookId);
      else this.#active.set(hookId, left);
      this.#work(hookId);
      if (this.#isIdle()) for (const resolve of this.#idleWaiters.splice(0)) resolve();
    });
    this.#work(hookId);
  }

  #isIdle(): boolean {
    return this.#active.size === 0 && [...this.#queues.values()].every((queue) => queue.length === 0);
  }
}

function defaultStatus(statusCode: number): string {
  if (statusCode === 0) return 'failed to connect to host';
  return statusCode >= 200 && statusCode < 300 ? 'OK' : (STATUS_CODES[statusCode] ?? 'Invalid HTTP Response');
}
