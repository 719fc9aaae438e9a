import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Slots } from './slots.ts';

const HOUR_MS = 3_600_000;

describe('slots', () => {
  it('are free until as much work runs as there are slots, and again when some of it ends', () => {
    const slots = new Slots<string>({ slots: 2 });
    slots.take('a');
    assert.equal(slots.freeInMs(), 0);
    slots.take('b');
    assert.equal(slots.freeInMs(), undefined);
    assert.deepEqual(slots.running(), ['a', 'b']);
    slots.release('a');
    assert.equal(slots.freeInMs(), 0);
  });

  it('are not held by work that is quiet, up to the most work that may run', () => {
    const slots = new Slots<number>({ slots: 1, most: 3, quietMs: 0 });
    for (const work of [1, 2, 3]) {
      assert.equal(slots.freeInMs(), 0);
      slots.take(work);
    }
    assert.equal(slots.freeInMs(), undefined);
  });

  it('become free when the work that has been quiet longest has been so for long enough', () => {
    const slots = new Slots<number>({ slots: 1, most: 3, quietMs: HOUR_MS });
    slots.take(1);
    slots.touch(1);
    const freeInMs = slots.freeInMs();
    assert.ok(freeInMs !== undefined && freeInMs > 0 && freeInMs <= HOUR_MS, `${freeInMs}`);
  });

  it('take no sign of life from work that has ended', () => {
    const slots = new Slots<number>({ slots: 1 });
    slots.take(1);
    slots.release(1);
    slots.touch(1);
    assert.deepEqual(slots.running(), []);
  });
});
