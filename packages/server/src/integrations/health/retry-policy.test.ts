import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorClass } from '@commandcenter/integration-kit';
import { backoff, retryAfter, type Work } from './retry-policy.ts';

const now = new Date('2026-01-01T12:00:00Z');
const inSeconds = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const decide = (errorClass: ErrorClass, work: Work, failures: number) =>
  retryAfter({ class: errorClass }, work, failures, now, 1);
const pauses = (errorClass: ErrorClass, work: Work, failures: readonly number[]): (number | string)[] =>
  failures.map((count) => {
    const decision = decide(errorClass, work, count);
    return decision.kind === 'retry' ? decision.delayMs : decision.kind;
  });

describe('the retry policy', () => {
  test('retries failures that pass by themselves after growing pauses, without end', () => {
    for (const errorClass of ['outage', 'timeout', 'connection'] as const) {
      for (const work of ['write', 'create', 'read', 'poll', 'import', 'publication', 'repository_check'] as const) {
        const expected = [2000, 5000, 12_500, 30_000, 30_000, 30_000];
        assert.deepEqual(pauses(errorClass, work, [0, 1, 2, 3, 4, 50]), expected, `${errorClass} ${work}`);
      }
    }
  });

  test('notices within 20 s that access has returned, and later within ten minutes', () => {
    for (const work of ['write', 'read', 'repository_check'] as const) {
      assert.deepEqual(pauses('permission', work, [0, 1, 2, 89]), [5000, 10_000, 20_000, 20_000], work);
      assert.deepEqual(pauses('permission', work, [90, 91, 200]), [20_000, 30_000, 600_000], work);
    }
  });

  test('fails a job that a person started when the provider refuses it', () => {
    assert.deepEqual(pauses('permission', 'import', [0]), ['give_up']);
    assert.deepEqual(pauses('permission', 'publication', [0]), ['give_up']);
  });

  test('keeps to a wait that the provider names, and does not count it as a failure', () => {
    const limited = retryAfter({ class: 'rate_limit', retryAt: inSeconds(90) }, 'create', 7, now, 1);
    assert.deepEqual(limited, { kind: 'retry', delayMs: 90_000, counts: false });
    const circuit = retryAfter({ class: 'outage', retryAt: inSeconds(12) }, 'write', 0, now, 1);
    assert.deepEqual(circuit, { kind: 'retry', delayMs: 12_000, counts: false });
    const past = retryAfter({ class: 'rate_limit', retryAt: inSeconds(-5) }, 'write', 0, now, 1);
    assert.deepEqual(past, { kind: 'retry', delayMs: 500, counts: false });
  });

  test('waits for a signal while the credential is refused or the integration is disabled', () => {
    assert.deepEqual(decide('auth', 'write', 0), { kind: 'wait' });
    assert.deepEqual(retryAfter({ class: 'permission', suspended: true }, 'create', 0, now, 1), { kind: 'wait' });
  });

  test('gives up on invalid content until the task changes, and on a fault of the integration after five attempts', () => {
    assert.deepEqual(decide('validation', 'write', 0), { kind: 'give_up', because: 'refused' });
    assert.equal(decide('bug', 'write', 3).kind, 'retry');
    assert.deepEqual(decide('bug', 'write', 4), { kind: 'give_up', because: 'attempts' });
  });

  test('gives up on an item that is not there, and goes on asking for its repository', () => {
    assert.deepEqual(decide('not_found', 'write', 0), { kind: 'give_up', because: 'not_found' });
    assert.equal(decide('not_found', 'poll', 0).kind, 'retry');
    assert.equal(decide('not_found', 'repository_check', 0).kind, 'retry');
  });

  test('retries a delivery soon and ends it after four faults or eight outages', () => {
    assert.deepEqual(pauses('bug', 'delivery', [0, 1, 2, 3]), [500, 1500, 4500, 'give_up']);
    assert.deepEqual(pauses('outage', 'delivery', [0, 4, 6, 7]), [500, 40_500, 60_000, 'give_up']);
    assert.deepEqual(pauses('auth', 'delivery', [3]), ['give_up']);
  });
});

test('the backoff spreads work that failed together over the upper quarter of each pause', () => {
  const shape = { firstMs: 1000, factor: 2, longestMs: 8000 };
  assert.deepEqual(
    [0, 0.5, 1].map((random) => backoff(shape, 1, random)),
    [1500, 1750, 2000],
  );
  assert.equal(backoff(shape, 1000, 1), 8000);
});
