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

/** A payload is some 12 KB. */
const defaultLogLimit = 5000;

export interface DispatcherOptions {
  world: World;
  hooks: Hooks;
  urls: Urls;
  settings: Settings;
  /** How long a receiver may take; GitHub allows 10,000. */
  timeoutMs?: number;
  /** How many deliveries of one hook are on their way at once; 1 keeps their order. */
  concurrency?: number;
  logLimit?: number;
}

/**
 * Sends events to hooks, once each and without trying again, as GitHub does. Switches make it worse on purpose:
 * pause and resume in another order, duplicate, drop.
 */
export class Dispatcher {
  readonly log: DeliveryLog;
  /** Every delivery goes out this many times, with the same GUID. */
  copies = 1;
  /** Deliveries for which this is true are never sent, and are not in the log either. */
  drop: ((delivery: Delivery) => boolean) | null = null;
  /**
   * While set, deliveries are handed to this function at once instead of being sent by HTTP. Their `headers` and `body`
   * are what would have been sent. They stay `pending` until `recordOutcome` is called.
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

  /** From now on events are kept back. */
  pause(): void {
    this.#paused = true;
  }

  /** How many deliveries are kept back. */
  get held(): number {
    return this.#held.length;
  }

  /** Sends what was kept back, as it was made or in the order that `arrange` gives it; what it leaves out is lost. */
  resume(arrange: (held: readonly Delivery[]) => readonly Delivery[] = (held) => held): void {
    this.#paused = false;
    const held = this.#held;
    this.#held = [];
    for (const delivery of arrange(held)) this.#enqueue(delivery);
  }

  /** Sends a logged delivery once more, with the same GUID. */
  redeliver(delivery: Delivery): Delivery {
    const again = this.#newDelivery(delivery.hook, delivery, true);
    this.#submit(again);
    return again;
  }

  /** Sends any payload to one hook, as if the event had happened. */
  sendTo(hook: Hook, event: string, action: string | null, payload: string): Delivery {
    const about = { guid: randomUUID(), event, action, payload, installationId: null, repositoryId: null };
    const delivery = this.#newDelivery(hook, about, false);
    this.#submit(delivery);
    return delivery;
  }

  /** Records the receiver's status of an intercepted delivery; 0 for none. `status` defaults to GitHub's words for it. */
  recordOutcome(delivery: Delivery, statusCode: number, status = defaultStatus(statusCode)): void {
    recordOutcome(delivery, statusCode, status);
    delivery.deliveredAt = this.#options.world.timestamp();
  }

  /** Resolves when nothing is queued or on its way; what is kept back by a pause does not count. */
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
      // Events about an installation show all of it; the others only name it.
      const withInstallation =
        installation === undefined || event.installation !== undefined
          ? {}
          : { installation: { id: installation.id, node_id: installation.nodeId } };
      const about = {
        guid: randomUUID(),
        event: event.event,
        action: event.action,
        payload: serialize({ ...common, ...withInstallation }, settings),
        installationId: installation?.id ?? null,
        repositoryId: event.repository?.id ?? null,
      };
      this.#submit(this.#newDelivery(hook, about, false));
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
    about: Pick<Delivery, 'guid' | 'event' | 'action' | 'payload' | 'installationId' | 'repositoryId'>,
    redelivery: boolean,
  ): Delivery {
    return {
      id: this.#options.world.nextId(),
      guid: about.guid,
      hook,
      event: about.event,
      action: about.action,
      installationId: about.installationId,
      repositoryId: about.repositoryId,
      redelivery,
      payload: about.payload,
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
