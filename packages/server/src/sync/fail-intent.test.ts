import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ErrorClass,
  IntegrationAuthError,
  IntegrationError,
  IntegrationNotFoundError,
  IntegrationRateLimitError,
} from '@commandcenter/integration-kit';
import { IntegrationUnavailableError } from '../integrations/errors.ts';
import { outcomeOfFailure } from './fail-intent.ts';

const now = new Date('2026-01-01T12:00:00Z');
const inSeconds = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const failure = (kind: ErrorClass): IntegrationError => new IntegrationError('It failed.', { class: kind });

test('what may pass is tried again after growing pauses, for ever', () => {
  for (const kind of ['outage', 'timeout', 'connection', 'permission'] as const) {
    const pauses = [0, 1, 2, 3, 4, 50].map((attempts) => {
      const outcome = outcomeOfFailure(failure(kind), 'update', attempts, now);
      return outcome.kind === 'wait' && outcome.counts ? outcome.delayMs : undefined;
    });
    assert.deepEqual(pauses, [2000, 5000, 10_000, 20_000, 30_000, 30_000], kind);
  }
});

test('a named wait is kept to and counts as no failure', () => {
  assert.deepEqual(outcomeOfFailure(new IntegrationRateLimitError('Slow down.', inSeconds(90)), 'create', 7, now), {
    kind: 'wait',
    delayMs: 90_000,
    counts: false,
  });
  const circuit = new IntegrationUnavailableError('circuit_open', 'Down.', { class: 'outage', retryAt: inSeconds(12) });
  assert.deepEqual(outcomeOfFailure(circuit, 'update', 0, now), { kind: 'wait', delayMs: 12_000, counts: false });
});

test('a refused credential and a disabled integration wait until somebody acts', () => {
  const waits = { kind: 'wait', delayMs: 'resume', counts: false };
  assert.deepEqual(outcomeOfFailure(new IntegrationAuthError('Bad credentials.'), 'update', 0, now), waits);
  const disabled = new IntegrationUnavailableError('disabled', 'Disabled.', { class: 'permission' });
  assert.deepEqual(outcomeOfFailure(disabled, 'create', 0, now), waits);
});

test('what is invalid is given up until the task changes; a fault of our own after five attempts', () => {
  assert.deepEqual(outcomeOfFailure(failure('validation'), 'update', 0, now), { kind: 'give_up' });
  assert.equal(outcomeOfFailure(failure('bug'), 'update', 3, now).kind, 'wait');
  assert.equal(outcomeOfFailure(failure('bug'), 'update', 4, now).kind, 'give_up');
});

test('"not found" means that the item is gone, or that there is nowhere to make one', () => {
  assert.deepEqual(outcomeOfFailure(new IntegrationNotFoundError('Gone.'), 'update', 0, now), { kind: 'gone' });
  assert.deepEqual(outcomeOfFailure(new IntegrationNotFoundError('No repository.'), 'create', 0, now), {
    kind: 'give_up',
  });
});
