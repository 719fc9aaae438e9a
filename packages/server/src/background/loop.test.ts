import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { startLoop } from './loop.ts';

const log = pino({ level: 'silent' });
const HOUR_MS = 3_600_000;

test('a loop goes on at once while there is more, then waits until it is woken', async () => {
  const outcomes = ['more', 'more', 'idle'] as const;
  let steps = 0;
  const rested = Promise.withResolvers<void>();
  const wokenAgain = Promise.withResolvers<void>();
  const loop = startLoop({
    name: 'test',
    log,
    intervalMs: HOUR_MS,
    async step() {
      steps += 1;
      if (steps === 3) rested.resolve();
      if (steps === 4) wokenAgain.resolve();
      return outcomes[steps - 1] ?? 'idle';
    },
  });
  await rested.promise;
  setImmediate(() => loop.wake());
  await wokenAgain.promise;
  await loop.stop();
  assert.equal(steps, 4);
});

test('wake-ups during a step make exactly one further step', async () => {
  let steps = 0;
  const second = Promise.withResolvers<void>();
  const loop = startLoop({
    name: 'test',
    log,
    intervalMs: HOUR_MS,
    async step() {
      steps += 1;
      if (steps === 1) for (let i = 0; i < 5; i += 1) loop.wake();
      else second.resolve();
      return 'idle';
    },
  });
  await second.promise;
  await new Promise((resolve) => setImmediate(resolve));
  await loop.stop();
  assert.equal(steps, 2);
});

test('a failed step is logged and tried again', async () => {
  let steps = 0;
  const recovered = Promise.withResolvers<void>();
  const loop = startLoop({
    name: 'test',
    log,
    intervalMs: HOUR_MS,
    async step() {
      steps += 1;
      if (steps === 1) throw new Error('once');
      recovered.resolve();
      return 'idle';
    },
  });
  await recovered.promise;
  await loop.stop();
  assert.equal(steps, 2);
});

test('stop aborts the running step and waits for its end', async () => {
  let ended = false;
  const started = Promise.withResolvers<void>();
  const loop = startLoop({
    name: 'test',
    log,
    intervalMs: HOUR_MS,
    async step(signal) {
      started.resolve();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => setImmediate(resolve)));
      ended = true;
      return 'more';
    },
  });
  await started.promise;
  await loop.stop();
  assert.equal(ended, true);
});
