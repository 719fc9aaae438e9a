import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FairQueue, QueueFullError } from './fair-queue.ts';

describe('a fair queue', () => {
  it('runs one task at a time and lets keys take turns', async () => {
    const queue = new FairQueue({ tasks: 100, bytes: 1000 });
    const order: string[] = [];
    let running = 0;
    const run = (key: string, name: string) =>
      queue.run(key, 1, async () => {
        running += 1;
        assert.equal(running, 1);
        await new Promise(setImmediate);
        order.push(name);
        running -= 1;
      });
    await Promise.all([
      ...['a1', 'a2', 'a3', 'a4'].map((name) => run('a', name)),
      ...['b1', 'b2'].map((name) => run('b', name)),
      run('c', 'c1'),
    ]);
    assert.deepEqual(order, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('refuses the newest task of the key that has most waiting when it is full', async () => {
    const queue = new FairQueue({ tasks: 3, bytes: 1000 });
    const results = ['a', 'a', 'a', 'a', 'b'].map((key, place) =>
      queue.run(key, 1, async () => `${key}${place}`).catch((error: unknown) => error),
    );
    const settled = await Promise.all(results);
    assert.deepEqual(
      settled.map((result) => (result instanceof QueueFullError ? 'refused' : result)),
      ['a0', 'a1', 'a2', 'refused', 'b4'],
    );
  });

  it('counts the bytes of what waits, and goes on after a task that fails', async () => {
    const queue = new FairQueue({ tasks: 100, bytes: 10 });
    const failing = queue.run('a', 10, async () => {
      throw new Error('task');
    });
    const waiting = queue.run('a', 10, async () => 'done');
    const refused = queue.run('a', 1, async () => 'never');
    await assert.rejects(failing, { message: 'task' });
    await assert.rejects(refused, QueueFullError);
    assert.equal(await waiting, 'done');
  });
});
