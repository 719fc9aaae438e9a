import type { ErrorClass } from '@commandcenter/integration-kit';
import { backoff } from './retry-policy.ts';

/** The health of an integration: the columns of its row that failures and successes change. */
export interface IntegrationHealth {
  enabled: boolean;
  disabled_by: 'user' | 'errors' | null;
  status: 'active' | 'pending' | 'degraded' | 'error' | 'inactive';
  /** Number of consecutive failures of the integration. */
  error_count: number;
  total_error_count: number;
  success_count: number;
  last_error: string | null;
  last_error_class: ErrorClass | null;
  last_error_at: Date | null;
  last_success_at: Date | null;
  circuit: 'closed' | 'open' | 'half_open';
  circuit_failures: number;
  /** Time before which no background work and no probe calls the provider; null if no attempt is planned. */
  next_attempt_at: Date | null;
  /** True from an auth failure until a connection test passes or the credential changes. */
  auth_blocked: boolean;
}

/**
 * Source of an observation: `operation` (a call to the provider), `test` (a person tested the integration), `probe` (the server tested it
 * by itself, so a host that stays away is not counted each time), `author` (the integration's code called recordSuccess or recordError),
 * `webhook` (the code called them while it handled a webhook, which proves nothing about the credential).
 */
export type HealthOrigin = 'operation' | 'test' | 'probe' | 'author' | 'webhook';

export const MOST_CONSECUTIVE_ERRORS = 5;

const LONGEST_PAUSE_MS = 30_000;
const circuitPause = { firstMs: 1000, factor: 2, longestMs: LONGEST_PAUSE_MS };

/** Error classes that open the circuit: the host is unreachable or not working, and is probed until it works. */
const unreachable: ReadonlySet<ErrorClass> = new Set(['outage', 'timeout', 'connection']);
const countedClasses: Readonly<Record<HealthOrigin, ReadonlySet<ErrorClass> | 'all'>> = {
  operation: new Set(['auth', 'connection']),
  probe: new Set(['auth', 'permission']),
  test: 'all',
  author: 'all',
  webhook: 'all',
};
/** Error classes of a refusal that concerns one item or one repository and says nothing about the integration. */
const oneItems: ReadonlySet<ErrorClass> = new Set(['permission', 'not_found', 'validation']);

/** Returns true if background work waits, because the integration is disabled, has no working credential, or cannot reach its provider. */
export const isBlocked = (health: Pick<IntegrationHealth, 'enabled' | 'auth_blocked' | 'circuit'>): boolean =>
  !health.enabled || health.auth_blocked || health.circuit !== 'closed';

/** Returns true if nothing is wrong with the health, so that another success changes only the counter. */
export const isSpotless = (health: IntegrationHealth): boolean =>
  !isBlocked(health) && health.status === 'active' && health.error_count === 0;

export const isHealthy = (health: Pick<IntegrationHealth, 'enabled' | 'status' | 'error_count'>): boolean =>
  health.enabled && health.error_count === 0 && (health.status === 'active' || health.status === 'pending');

export function afterSuccess(health: IntegrationHealth, origin: HealthOrigin, now: Date, count = 1): IntegrationHealth {
  const seen = { ...health, success_count: health.success_count + count, last_success_at: now };
  // A webhook that arrives does not prove that our own requests reach the provider.
  if (origin === 'webhook' && isBlocked(health)) return seen;
  const counted = { ...seen, error_count: 0 };
  if (origin === 'webhook') return { ...counted, status: 'active' };
  // Only a test or the prober gets here while the integration is disabled. Its success enables the integration again if errors disabled
  // it, but not if a person did.
  const enabled = health.enabled || health.disabled_by === 'errors';
  return {
    ...reachable(counted),
    enabled,
    disabled_by: enabled ? null : health.disabled_by,
    auth_blocked: false,
    status: enabled ? 'active' : 'inactive',
  };
}

export function afterFailure(
  health: IntegrationHealth,
  failure: { class: ErrorClass; message: string; origin: HealthOrigin; recheck?: boolean },
  now: Date,
): IntegrationHealth {
  const { class: errorClass, origin, recheck = false } = failure;
  // A rate limit says nothing about the credential, so the probe is repeated later.
  if (errorClass === 'rate_limit' && origin === 'probe' && (!health.enabled || health.auth_blocked)) {
    return { ...health, next_attempt_at: new Date(now.getTime() + LONGEST_PAUSE_MS) };
  }
  // The provider responded, so the integration itself works.
  if (errorClass === 'rate_limit' || (origin === 'operation' && oneItems.has(errorClass)))
    return settled(reachable(health));
  const counted = countedClasses[origin];
  // A suspended installation that is probed from time to time is one failure, not a new one each time.
  const counts = (counted === 'all' || counted.has(errorClass)) && !(recheck && origin === 'probe');
  const error_count = health.error_count + (counts ? 1 : 0);
  const failed: IntegrationHealth = {
    ...(unreachable.has(errorClass) && origin !== 'webhook'
      ? withOpenCircuit(health, now)
      : origin === 'webhook'
        ? health
        : reachable(health)),
    error_count,
    total_error_count: health.total_error_count + 1,
    last_error: failure.message,
    last_error_class: errorClass,
    last_error_at: now,
    auth_blocked: health.auth_blocked || (errorClass === 'auth' && origin !== 'webhook'),
    ...(recheck ? { next_attempt_at: new Date(now.getTime() + LONGEST_PAUSE_MS) } : {}),
  };
  if (health.disabled_by === 'user')
    return { ...failed, circuit: 'closed', circuit_failures: 0, next_attempt_at: null };
  if (!health.enabled || error_count >= MOST_CONSECUTIVE_ERRORS) {
    return { ...failed, enabled: false, disabled_by: 'errors', status: 'error' };
  }
  return { ...failed, status: failed.auth_blocked ? 'error' : 'degraded' };
}

/**
 * Returns the health after a person enabled or disabled the integration. Enabling sets the error count to 0; a refused credential or an
 * open circuit is probed at once.
 */
export function afterSwitch(health: IntegrationHealth, enabled: boolean, now: Date): IntegrationHealth {
  if (!enabled) return { ...health, enabled, disabled_by: 'user', status: 'inactive', next_attempt_at: null };
  const probe = health.auth_blocked || health.circuit !== 'closed';
  const fresh = health.status === 'pending' && health.last_success_at === null;
  return {
    ...health,
    enabled,
    disabled_by: null,
    error_count: 0,
    status: fresh ? 'pending' : 'active',
    next_attempt_at: probe ? now : null,
  };
}

/** Returns the health after the credential or the host changed: the problems of the old one no longer hold work back. */
export function afterCredentialChange(health: IntegrationHealth, now: Date): IntegrationHealth {
  const changed = settled({ ...reachable(health), auth_blocked: false });
  // An integration that errors have disabled is probed at once after its configuration changed.
  return health.disabled_by === 'errors' ? { ...changed, next_attempt_at: now } : changed;
}

/** One sentence per error class that tells a person how to fix it. */
export const remedies: Readonly<Record<ErrorClass, string>> = {
  auth: 'The credential was refused. Make a new one and give it with PATCH {"access_token": "…"}; work goes on at once.',
  permission: 'The credential may not do this. Give it the permissions named in the error, then POST /test.',
  not_found: 'What was asked for is not there or not visible to the credential. Check names and access.',
  validation: 'The provider refused the content. Correct it as the error says.',
  rate_limit: 'The provider asked to wait. It goes on by itself.',
  outage: 'The provider fails. It is tried again by itself, at most 30 s apart.',
  timeout: 'The provider does not respond in time. It is tried again by itself, at most 30 s apart.',
  connection:
    'The host cannot be reached or trusted. Check its address, certificate and EGRESS_ALLOW; it is probed and comes back by itself.',
  bug: 'The integration itself failed. See the error and the logs (LOG_MODULES=integrations=debug), then PATCH {"enabled": true, "status": "active"}.',
};

function withOpenCircuit(health: IntegrationHealth, now: Date): IntegrationHealth {
  const circuit_failures = health.circuit_failures + 1;
  // One probe at a time is made for an integration, so its pauses need no jitter.
  const pauseMs = backoff(circuitPause, circuit_failures - 1, 1);
  return { ...health, circuit: 'open', circuit_failures, next_attempt_at: new Date(now.getTime() + pauseMs) };
}

const reachable = (health: IntegrationHealth): IntegrationHealth => ({
  ...health,
  circuit: 'closed',
  circuit_failures: 0,
  next_attempt_at: null,
});

/** Returns the health with the status `active` if the integration is enabled, has a working credential and no counted errors. */
const settled = (health: IntegrationHealth): IntegrationHealth =>
  health.enabled &&
  !health.auth_blocked &&
  health.error_count === 0 &&
  (health.status === 'degraded' || health.status === 'error')
    ? { ...health, status: 'active' }
    : health;
