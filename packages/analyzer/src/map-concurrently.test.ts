import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { mapConcurrently } from './map-concurrently.ts';

describe('inParallel', () => {
  it('returns results in the order of the items and respects its limit', async () => {
    let atOnce = 0;
    let most = 0;
    const results = await mapConcurrently([3, 1, 2, 0], 2, async (turns) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      atOnce -= 1;
      return turns * 10;
    });
    assert.deepEqual(results, [30, 10, 20, 0]);
    assert.equal(most, 2);
  });

  it('starts no more work after a failure', async () => {
    const started: number[] = [];
    const slow = Promise.withResolvers<void>();
    const work = mapConcurrently([0, 1, 2, 3], 2, async (item) => {
      started.push(item);
      if (item === 0) throw new Error('failed');
      await slow.promise;
    });
    await assert.rejects(work, /failed/);
    slow.resolve();
    await setImmediate();
    assert.deepEqual(started, [0, 1]);
  });
});
