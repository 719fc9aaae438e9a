import { Fixtures } from './fixtures/acting.ts';
import { GraphQLEndpoint } from './graphql/endpoint.ts';
import { Conduct } from './http/conduct.ts';
import { exchangeDirectly } from './http/direct-exchange.ts';
import { openEntrance } from './http/entrance.ts';
import { Exchange } from './http/exchange.ts';
import { type Fault, type FaultRule, Faults } from './http/faults.ts';
import { Handler } from './http/handler.ts';
import { type PrimaryLimit, RateLimit, type SecondaryLimit } from './http/rate-limit.ts';
import { RequestLog } from './http/request-log.ts';
import { Router } from './http/router.ts';
import { SocketExchange } from './http/socket-exchange.ts';
import { type Violation, Violations } from './http/violations.ts';
import { allRoutes } from './routes/all.ts';
import { defaultTextLimits, type Settings } from './settings.ts';
import { World } from './state/world.ts';
import type { Urls } from './view/urls.ts';
import { Dispatcher } from './webhooks/dispatcher.ts';
import { Hooks } from './webhooks/hooks.ts';

export interface FakeGitHubOptions {
  /** Default 0: any free port of 127.0.0.1. */
  port?: number;
  /** Default true. False opens no port: requests come in by `request` alone. */
  listen?: boolean;
  /** URL of a GitHub that does not listen; default `http://github.test`. */
  url?: string;
  /** Default: the real time. Responses carry it in their `Date` header. */
  clock?: { now(): Date };
  /** Whether every request is checked against GitHub's OpenAPI description; default true. Benchmarks switch it off. */
  checks?: boolean;
  /** What `User-Agent` has to look like; default `/^commandcenter\//`. */
  userAgent?: RegExp;
  /** Requests a token has per hour; default 5,000. */
  rateLimit?: number;
  /** Base of `html_url`; default `https://github.com`, and this server for requests of the Enterprise layout. */
  htmlUrl?: string;
  /** What creating and patching issues does with assignees who cannot be assigned; default `drop`. */
  unassignable?: Settings['unassignable'];
  /** Default false; see `Settings`. */
  omitStateReason?: boolean;
  /** Default 301; see `Settings`. */
  writeRedirect?: Settings['writeRedirect'];
  /** How many requests `requests` keeps; default 20,000. */
  requestLogLimit?: number;
  /** How many deliveries `webhooks.log` keeps; default 5,000. */
  deliveryLogLimit?: number;
  /** How long a receiver of webhooks may take; default 10,000 ms, as at GitHub. */
  deliveryTimeoutMs?: number;
  /** Deliveries of one hook on their way at once; default 1, which keeps their order. */
  deliveryConcurrency?: number;
}

/** A GitHub of one's own, on 127.0.0.1. */
export interface FakeGitHub extends AsyncDisposable {
  /** Base of REST; GraphQL is at `/graphql`. Also answers as GitHub Enterprise: `/api/v3` and `/api/graphql`. */
  readonly url: string;
  /** 0 when it does not listen. */
  readonly port: number;
  /** Sets the scene and acts in it as other people. */
  readonly state: Fixtures;
  readonly requests: RequestLog;
  /** What GitHub's deliveries did, and switches to pause, reorder, duplicate and drop them. */
  readonly webhooks: Dispatcher;
  /** What no well-behaved client does; empty after a good test. */
  readonly violations: readonly Violation[];
  resetViolations(): void;
  /** A fault strikes `times` (1) requests that match. */
  fault(rule: FaultRule): Fault;
  /** Every request gets this status, until the fault is cleared. */
  outage(status?: number): Fault;
  /** Ends faults, limits and waits. */
  clearFaults(): void;
  /** The primary rate limit is used up: 403 (GraphQL: `RATE_LIMITED` with 200) until the reset that the headers name. */
  exhaustRateLimit(limit?: PrimaryLimit): void;
  /** A secondary limit is in force: 403 or 429, with or without `Retry-After`. */
  limitSecondary(limit?: SecondaryLimit): void;
  readonly settings: Settings;
  /**
   * Carries out one request in this process, as over the socket but without fault rules. Redirects are returned, not
   * followed. Rejects with a `TypeError`, as `fetch` does, while this GitHub is down.
   */
  request(request: Request): Promise<Response>;
  /** While true, the webhooks of a write are delivered before its answer goes out. */
  webhooksOvertake: boolean;
  /** Connections are refused from now on. */
  down(): Promise<void>;
  /** Listens again on the same port. */
  up(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a stand-in for GitHub. Close it, or use `await using`. */
export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const settings: Settings = {
    limits: { ...defaultTextLimits },
    unassignable: options.unassignable ?? 'drop',
    omitStateReason: options.omitStateReason ?? false,
    writeRedirect: options.writeRedirect ?? 301,
  };
  const world = new World(options.clock ?? { now: () => new Date() }, settings.limits);
  const now = (): number => world.now();
  const violations = new Violations();
  const faults = new Faults();
  const requests = new RequestLog(options.requestLogLimit ?? 20_000);
  const rateLimit = new RateLimit(options.rateLimit ?? 5000, now);
  const conduct = new Conduct({
    violations,
    now,
    // Without sockets nothing takes real time, and what counts as a violation must not depend on it.
    elapsed: options.listen === false ? now : () => performance.now(),
    userAgent: options.userAgent ?? /^commandcenter\//,
  });
  const hooks = new Hooks(world);
  // Filled in once the port is known, before any request or event can use it.
  const urls: { -readonly [Key in keyof Urls]: Urls[Key] } = { api: '', html: options.htmlUrl ?? 'https://github.com' };
  const webhooks = new Dispatcher({
    world,
    hooks,
    urls,
    settings,
    timeoutMs: options.deliveryTimeoutMs ?? 10_000,
    concurrency: options.deliveryConcurrency ?? 1,
    ...(options.deliveryLogLimit === undefined ? {} : { logLimit: options.deliveryLogLimit }),
  });
  const services = { settings, world, hooks, dispatcher: webhooks, rateLimit };
  const handler = new Handler(services, new Router(allRoutes), new GraphQLEndpoint(world, violations));
  let overtake = false;
  const exchange = new Exchange({
    handler,
    conduct,
    violations,
    log: requests,
    now,
    checks: options.checks ?? true,
    htmlUrl: options.htmlUrl ?? null,
    beforeAnswer: async () => {
      if (overtake) await webhooks.idle();
    },
  });
  const socketExchange = new SocketExchange(exchange, faults);
  const entrance = await openEntrance(options, (request, response) => socketExchange.run(request, response, urls.api));
  const { url } = entrance;
  urls.api = url;
  const close = async (): Promise<void> => {
    webhooks.close();
    await entrance.down();
  };
  return {
    url,
    port: Number(new URL(url).port),
    state: new Fixtures(world, hooks, urls, settings),
    requests,
    webhooks,
    violations: violations.list,
    resetViolations: () => violations.reset(),
    fault: (rule) => faults.add(rule),
    outage: (status = 503) => faults.add({ kind: 'status', status, times: Number.POSITIVE_INFINITY }),
    clearFaults: () => {
      faults.clear();
      rateLimit.clear();
      conduct.forgetWaits();
    },
    exhaustRateLimit: (limit = {}) => rateLimit.exhaust(limit),
    limitSecondary: (limit = {}) => rateLimit.limitSecondary(limit),
    settings,
    request: async (request) => {
      if (!entrance.isUp) throw new TypeError('fetch failed', { cause: connectionRefused() });
      return exchangeDirectly(exchange, request, url);
    },
    get webhooksOvertake() {
      return overtake;
    },
    set webhooksOvertake(value: boolean) {
      overtake = value;
    },
    down: () => entrance.down(),
    up: () => entrance.up(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function connectionRefused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}
