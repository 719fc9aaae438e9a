import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faults } from './faults.ts';
import { runFault } from './run-fault.ts';

/** Faults that take 40 s together on two cores. `npm run faults` runs all faults, and checks times as well. */
const QUICK = ['server-killed', 'two-restarted-in-turn', 'backend-killed', 'standby-promoted'];
const PER_SECOND = 50;

/** The faults need signals, the kernel's list of processes in `/proc`, and `setpriv`. */
const skip = process.platform === 'linux' ? false : 'faults are injected on Linux only';

describe('a fault while deliveries arrive', { skip }, () => {
  for (const fault of faults.filter(({ name }) => QUICK.includes(name))) {
    it(`loses and doubles nothing that was acknowledged: ${fault.name}`, async () => {
      const { lost, doubled, acknowledged, refused, unreachable } = await runFault(fault, {
        perSecond: PER_SECOND,
        seed: false,
      });
      assert.deepEqual({ lost, doubled }, { lost: [], doubled: [] });
      assert.ok(acknowledged >= PER_SECOND);
      if (fault.name === 'two-restarted-in-turn') assert.deepEqual([refused, unreachable], [new Map(), 0]);
    });
  }

  it('is one of twenty with different names', () => {
    assert.equal(new Set(faults.map(({ name }) => name)).size, 20);
  });
});
