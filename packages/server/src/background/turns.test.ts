import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTurns, type Turns } from './turns.ts';

const never = new AbortController().signal;

/** Starts work that runs until the test calls `end`. */
function startWork(turns: Turns, lane: number, begun: string[], name: string, signal = never) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = turns.take(lane, signal, () => {
    begun.push(name);
    return promise;
  });
  return { end: resolve, done };
}

describe('turns', () => {
  it('come first to the lane that has the least work under way', async () => {
    const turns = createTurns(2);
    const begun: string[] = [];
    const [first, second] = ['a1', 'a2', 'a3', 'b1'].map((name) =>
      startWork(turns, name.startsWith('a') ? 1 : 2, begun, name),
    );
    await Promise.resolve();
    assert.deepEqual(begun, ['a1', 'a2']);
    first?.end();
    await first?.done;
    assert.deepEqual(begun, ['a1', 'a2', 'b1']);
    second?.end();
    await second?.done;
    assert.deepEqual(begun, ['a1', 'a2', 'b1', 'a3']);
  });

  it('are lost by work that is aborted while it waits, and pass on when work fails', async () => {
    const turns = createTurns(1);
    const begun: string[] = [];
    const abort = new AbortController();
    const failing = turns.take(1, never, async () => {
      await Promise.resolve();
      throw new Error('It fails.');
    });
    const aborted = startWork(turns, 1, begun, 'aborted', abort.signal);
    const next = startWork(turns, 1, begun, 'next');
    abort.abort(new Error('It was cancelled.'));
    await assert.rejects(aborted.done, /cancelled/);
    await assert.rejects(failing, /fails/);
    next.end();
    await next.done;
    assert.deepEqual(begun, ['next']);
    await assert.rejects(
      turns.take(1, abort.signal, async () => {}),
      /cancelled/,
    );
  });
});
