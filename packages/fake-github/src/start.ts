import { Fixtures } from './fixtures/fixtures.ts';
import { GraphQLEndpoint } from './graphql/endpoint.ts';
import { ClientMonitor } from './http/client-monitor.ts';
import { openEndpoint } from './http/endpoint.ts';
import { type Fault, type FaultRule, Faults } from './http/faults.ts';
import { Handler } from './http/handler.ts';
import { handleInProcess } from './http/in-process-transport.ts';
import { type PrimaryLimit, RateLimit, type SecondaryLimit } from './http/rate-limit.ts';
import { RequestLog } from './http/request-log.ts';
import { RequestPipeline } from './http/request-pipeline.ts';
import { Router } from './http/router.ts';
import { SocketTransport } from './http/socket-transport.ts';
import { type Violation, Violations } from './http/violations.ts';
import { allRoutes } from './routes/all.ts';
import { defaultTextLimits, type Settings } from './settings.ts';
import { World } from './state/world.ts';
import type { Urls } from './view/urls.ts';
import { Dispatcher } from './webhooks/dispatcher.ts';
import { Hooks } from './webhooks/hooks.ts';

export interface FakeGitHubOptions {
  /** Port of 127.0.0.1 to listen on. Default: 0, which means any free port. */
  port?: number;
  /** If false, no port is opened and requests arrive only through `request`. Default: true. */
  listen?: boolean;
  /** URL of a fake GitHub that does not listen; default `http://github.test`. */
  url?: string;
  /** Clock of the fake GitHub, whose time its responses have in their `Date` header. Default: the real time. */
  clock?: { now(): Date };
  /** If true, every request is checked against GitHub's OpenAPI description. Default: true; benchmarks switch it off. */
  checks?: boolean;
  /** Pattern that the `User-Agent` header must match; default `/^commandcenter\\//`. */
  userAgent?: RegExp;
  /** Number of requests that a token may send in an hour; default 5,000. */
  rateLimit?: number;
  /** Base of `html_url` in responses. Default: `https://github.com`, or this server for requests in the Enterprise layout. */
  htmlUrl?: string;
  /** Treatment of assignees who cannot be assigned when an issue is created or updated; default `drop`. */
  unassignable?: Settings['unassignable'];
  /** True to leave out `state_reason`, as old GitHub Enterprise Servers do. Default: false. */
  omitStateReason?: boolean;
  /** Status of redirects of writes; see `Settings`. Default: 301. */
  writeRedirect?: Settings['writeRedirect'];
  /** Number of requests that `requests` keeps; default 20,000. */
  requestLogLimit?: number;
  /** Number of deliveries that `webhooks.log` keeps; default 5,000. */
  deliveryLogLimit?: number;
  /** Time limit in milliseconds for the receiver of a webhook; default 10,000, as on GitHub. */
  deliveryTimeoutMs?: number;
  /** Number of concurrent deliveries of one hook; default 1, which keeps their order. */
  deliveryConcurrency?: number;
}

/** A running fake GitHub on 127.0.0.1. */
export interface FakeGitHub extends AsyncDisposable {
  /** Base address of the REST API; GraphQL is at `/graphql`. The Enterprise layout is at `/api/v3` and `/api/graphql`. */
  readonly url: string;
  /** Port of the fake GitHub; 0 if it does not listen. */
  readonly port: number;
  /** Functions that create data and act as other people. */
  readonly state: Fixtures;
  readonly requests: RequestLog;
  /** Log of the webhook deliveries, with methods to pause, reorder, duplicate and drop them. */
  readonly webhooks: Dispatcher;
  /** Requests that a well-behaved client does not send. Tests check that the list is empty. */
  readonly violations: readonly Violation[];
  resetViolations(): void;
  /** Injects a fault into the next `times` (default 1) matching requests. */
  fault(rule: FaultRule): Fault;
  /** Makes every request fail with this status until the fault is cleared. */
  outage(status?: number): Fault;
  /** Ends all faults, limits and waits. */
  clearFaults(): void;
  /** Exhausts the primary rate limit: requests get 403 (GraphQL: 200 with `RATE_LIMITED`) until the reset in the headers. */
  exhaustRateLimit(limit?: PrimaryLimit): void;
  /** Starts a secondary rate limit: requests get 403 or 429, with or without `Retry-After`. */
  limitSecondary(limit?: SecondaryLimit): void;
  readonly settings: Settings;
  /**
   * Handles one request in this process, as over a socket but without injected faults. Redirects are returned unfollowed. Like `fetch`,
   * it rejects with a `TypeError` while this GitHub is down.
   */
  request(request: Request): Promise<Response>;
  /** If true, the webhooks of a write are delivered before its response. */
  webhooksOvertake: boolean;
  /** Takes this GitHub down: connections are refused until `up`. */
  down(): Promise<void>;
  /** Brings this GitHub up again, on the same port. */
  up(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a fake GitHub. Close it, or use `await using`. */
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
  const monitor = new ClientMonitor({
    violations,
    now,
    // If the fake GitHub opens no port, measure the tolerance for early requests by its own clock, so that the recorded violations do not
    // depend on real time.
    elapsed: options.listen === false ? now : () => performance.now(),
    userAgent: options.userAgent ?? /^commandcenter\//,
  });
  const hooks = new Hooks(world);
  // The addresses are filled in below once the port is known, before any request or event uses them.
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
  const pipeline = new RequestPipeline({
    handler,
    monitor,
    violations,
    log: requests,
    now,
    checks: options.checks ?? true,
    htmlUrl: options.htmlUrl ?? null,
    beforeResponse: async () => {
      if (overtake) await webhooks.idle();
    },
  });
  const socketTransport = new SocketTransport(pipeline, faults);
  const endpoint = await openEndpoint(options, (request, response) => socketTransport.run(request, response, urls.api));
  const { url } = endpoint;
  urls.api = url;
  const close = async (): Promise<void> => {
    webhooks.close();
    await endpoint.down();
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
      monitor.forgetWaits();
    },
    exhaustRateLimit: (limit = {}) => rateLimit.exhaust(limit),
    limitSecondary: (limit = {}) => rateLimit.limitSecondary(limit),
    settings,
    request: async (request) => {
      if (!endpoint.isUp) throw new TypeError('fetch failed', { cause: connectionRefused() });
      return handleInProcess(pipeline, request, url);
    },
    get webhooksOvertake() {
      return overtake;
    },
    set webhooksOvertake(value: boolean) {
      overtake = value;
    },
    down: () => endpoint.down(),
    up: () => endpoint.up(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function connectionRefused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}
