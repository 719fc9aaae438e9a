import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ErrorClass } from '@commandcenter/integration-kit';
import {
  afterCredentialChange,
  afterFailure,
  afterSuccess,
  afterSwitch,
  type HealthOrigin,
  type IntegrationHealth,
  isBlocked,
  isHealthy,
  isSpotless,
} from './integration-health.ts';

const now = new Date('2026-01-01T00:00:00Z');
const healthy: IntegrationHealth = {
  enabled: true,
  disabled_by: null,
  status: 'active',
  error_count: 0,
  total_error_count: 0,
  success_count: 1,
  last_error: null,
  last_error_class: null,
  last_error_at: null,
  last_success_at: now,
  circuit: 'closed',
  circuit_failures: 0,
  next_attempt_at: null,
  auth_blocked: false,
};
const fail = (
  health: IntegrationHealth,
  errorClass: ErrorClass,
  origin: HealthOrigin = 'operation',
  times = 1,
): IntegrationHealth =>
  Array.from({ length: times }).reduce<IntegrationHealth>(
    (before) => afterFailure(before, { class: errorClass, message: 'broken', origin }, now),
    health,
  );

describe('what counts towards the five consecutive errors', () => {
  it('is a refused credential, an unreachable host', () => {
    for (const errorClass of ['auth', 'connection'] as const) {
      assert.equal(fail(healthy, errorClass, 'operation', 4).enabled, true);
      const disabled = fail(healthy, errorClass, 'operation', 5);
      assert.deepEqual([disabled.enabled, disabled.status, disabled.disabled_by], [false, 'error', 'errors']);
    }
  });

  it('is not an outage, a time-out, a rate limit, a refusal of one item or repository, or a bug found on the way', () => {
    for (const errorClass of [
      'outage',
      'timeout',
      'rate_limit',
      'permission',
      'not_found',
      'validation',
      'bug',
    ] as const) {
      const after = fail(healthy, errorClass, 'operation', 20);
      assert.deepEqual([after.enabled, after.error_count], [true, 0], errorClass);
    }
  });

  it('is whatever a failed test or the integration itself says, except a rate limit', () => {
    for (const origin of ['test', 'author', 'webhook'] as const) {
      for (const errorClass of ['outage', 'timeout', 'validation', 'bug'] as const) {
        assert.equal(fail(healthy, errorClass, origin, 5).enabled, false, `${origin} ${errorClass}`);
      }
      assert.deepEqual(fail(healthy, 'rate_limit', origin, 5), healthy);
    }
  });

  it('starts anew with every success', () => {
    const after = fail(afterSuccess(fail(healthy, 'auth', 'operation', 4), 'operation', now), 'auth', 'operation', 4);
    assert.deepEqual([after.enabled, after.error_count, after.total_error_count], [true, 4, 8]);
  });

  it('is not a host that stays away while it is probed', () => {
    const away = fail(fail(healthy, 'connection'), 'connection', 'probe', 20);
    assert.deepEqual([away.enabled, away.error_count, away.circuit], [true, 1, 'open']);
  });
});

describe('the circuit', () => {
  it('opens with growing pauses up to 30 s', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 20].map((times) => {
      const { next_attempt_at, status, circuit } = fail(healthy, 'outage', 'operation', times);
      assert.deepEqual([status, circuit], ['degraded', 'open']);
      return ((next_attempt_at?.getTime() ?? 0) - now.getTime()) / 1000;
    });
    assert.deepEqual(pauses, [1, 2, 4, 8, 16, 30, 30]);
  });

  it('closes when the provider responds, even with a refusal', () => {
    const down = fail(healthy, 'outage', 'operation', 3);
    assert.deepEqual(afterSuccess(down, 'probe', now).circuit, 'closed');
    const answered = fail(down, 'not_found');
    assert.deepEqual([answered.circuit, answered.status, isBlocked(answered)], ['closed', 'active', false]);
  });

  it('is not closed by a webhook that was handled', () => {
    const down = afterSuccess(fail(healthy, 'outage'), 'webhook', now);
    assert.deepEqual([down.circuit, down.status, down.success_count], ['open', 'degraded', 2]);
  });
});

describe('a refused credential', () => {
  const refused = fail(healthy, 'auth');

  it('holds background work back until a test passes or the credential changes', () => {
    assert.deepEqual([refused.status, isBlocked(refused), refused.next_attempt_at], ['error', true, null]);
    assert.equal(isBlocked(afterSuccess(refused, 'webhook', now)), true);
    assert.ok(isSpotless(afterSuccess(refused, 'test', now)));
    assert.equal(isBlocked(afterCredentialChange(refused, now)), false);
  });

  it('is asked about at once when a person enables the integration', () => {
    const enabled = afterSwitch(fail(healthy, 'auth', 'test', 5), true, now);
    assert.deepEqual(
      [enabled.enabled, enabled.error_count, enabled.status, enabled.next_attempt_at],
      [true, 0, 'active', now],
    );
    const limited = fail(enabled, 'rate_limit', 'probe');
    assert.equal(limited.next_attempt_at?.getTime(), now.getTime() + 30_000);
  });
});

describe('an integration that is off', () => {
  it('comes back when errors switched it off, not when a person did', () => {
    const byErrors = fail(healthy, 'connection', 'operation', 5);
    assert.ok(byErrors.next_attempt_at !== null);
    const back = afterSuccess(byErrors, 'probe', now);
    assert.deepEqual([back.enabled, back.disabled_by, back.status, isHealthy(back)], [true, null, 'active', true]);
    const byUser = afterSwitch(byErrors, false, now);
    assert.deepEqual([byUser.disabled_by, byUser.next_attempt_at], ['user', null]);
    const tested = afterSuccess(byUser, 'test', now);
    assert.deepEqual([tested.enabled, tested.disabled_by, tested.status], [false, 'user', 'inactive']);
    const failed = fail(byUser, 'connection', 'test');
    assert.deepEqual([failed.disabled_by, failed.next_attempt_at], ['user', null]);
  });

  it('probes an integration that errors have disabled when it gets a new credential', () => {
    const disabled = fail(healthy, 'auth', 'test', 5);
    assert.equal(disabled.next_attempt_at, null);
    assert.deepEqual(afterCredentialChange(disabled, now).next_attempt_at, now);
  });
});
