import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { IncomingBodies, type IncomingBody } from './incoming-bodies.ts';

const KIB = 1024;

function createBodies(more: Partial<ConstructorParameters<typeof IncomingBodies>[0]> = {}) {
  const bodies = new IncomingBodies({
    smallBodyBytes: 10 * KIB,
    limitBytes: { small: 100 * KIB, large: 1000 * KIB },
    leastBytesPerSecond: 1,
    graceMs: 3_600_000,
    ...more,
  });
  const dropped: string[] = [];
  const open = (address: string, name: string, expectedBytes: number): IncomingBody =>
    bodies.open(address, expectedBytes, (reason) => dropped.push(`${name}: ${reason}`));
  return { open, dropped };
}

describe('bodies that are being received', () => {
  it('reserves memory for small bodies that large ones cannot take', () => {
    const { open, dropped } = createBodies();
    for (let n = 0; n < 10; n += 1) assert.equal(open('attacker', `large ${n}`, 500 * KIB).add(100 * KIB), true);
    assert.equal(open('attacker', 'small', 5 * KIB).add(5 * KIB), true);
    assert.deepEqual(dropped, []);
  });

  it('give way to new ones: the oldest of the address that takes most goes first', () => {
    const { open, dropped } = createBodies();
    const honest = open('honest', 'honest', 0);
    assert.equal(honest.add(5 * KIB), true);
    for (let n = 0; n < 10; n += 1) open('attacker', `stalled ${n}`, 9 * KIB).add(9 * KIB);
    assert.equal(open('other', 'other', 8 * KIB).add(8 * KIB), true);
    assert.deepEqual(dropped, ['stalled 0: too_busy']);
    honest.complete();
    assert.equal(honest.add(0), true);
  });

  it('receives bodies of an honest sender next to stalled ones from the same address', () => {
    const { open, dropped } = createBodies();
    for (let n = 0; n < 11; n += 1) open('shared', `stalled ${n}`, 9 * KIB).add(9 * KIB);
    const honest = open('shared', 'honest', 9 * KIB);
    assert.equal(honest.add(9 * KIB), true);
    assert.deepEqual(dropped, ['stalled 0: too_busy']);
  });

  it('count as large from the byte that makes them so', () => {
    const { open, dropped } = createBodies();
    const growing = Array.from({ length: 20 }, (_, n) => open('one', `growing ${n}`, 0));
    for (const body of growing) for (let kib = 0; kib < 20; kib += 4) body.add(4 * KIB);
    assert.deepEqual(dropped, []);
  });

  it('give their memory back at once when they are dropped, released or thrown away', () => {
    const { open, dropped } = createBodies();
    for (let n = 0; n < 1000; n += 1) {
      const released = open('one', 'released', 9 * KIB);
      released.add(9 * KIB);
      released.complete();
      released.release();
      released.release();
      const discarded = open('one', 'discarded', 9 * KIB);
      discarded.add(4 * KIB);
      discarded.discard();
      assert.equal(discarded.add(50 * KIB), true);
      discarded.release();
    }
    assert.deepEqual(dropped, []);
    // All memory is free again: ten bodies fit and no more.
    for (let n = 0; n < 12; n += 1) open('one', `body ${n}`, 10 * KIB).add(10 * KIB);
    assert.deepEqual(dropped, ['body 0: too_busy', 'body 1: too_busy']);
  });

  it('never drops a complete body, and refuses a new one instead', () => {
    const { open, dropped } = createBodies();
    for (let n = 0; n < 10; n += 1) {
      const body = open('one', `complete ${n}`, 10 * KIB);
      body.add(10 * KIB);
      body.complete();
    }
    assert.equal(open('two', 'late', 10 * KIB).add(10 * KIB), false);
    assert.deepEqual(dropped, ['late: too_busy']);
  });

  it('drops bodies that arrive more slowly than allowed', async () => {
    const { open, dropped } = createBodies({ leastBytesPerSecond: 1024 * KIB, graceMs: 0 });
    open('one', 'slow', 9 * KIB).add(1);
    const fast = open('one', 'fast', 9 * KIB);
    fast.add(9 * KIB);
    fast.complete();
    await waitFor('the slow one to be dropped', async () => dropped.length > 0 || undefined);
    assert.deepEqual(dropped, ['slow: too_slow']);
  });
});
