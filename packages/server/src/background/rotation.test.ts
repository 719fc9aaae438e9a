import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fullLanes, Rotation } from './rotation.ts';

interface Work {
  lane: string;
  number: number;
}

/**
 * A queue of work in lanes, such as one lane per project. Its `claim` returns the oldest work outside of the given lanes, like a claim in
 * the database.
 */
class Queue {
  readonly #work: Work[] = [];

  add(lane: string, count: number): void {
    for (let number = 1; number <= count; number += 1) this.#work.push({ lane, number });
  }

  async claim(except: readonly string[]): Promise<Work | undefined> {
    const index = this.#work.findIndex(({ lane }) => !except.includes(lane));
    return index < 0 ? undefined : this.#work.splice(index, 1)[0];
  }
}

describe('a rotation', () => {
  it('serves every lane that has work once in a round, whatever waits in the others', async () => {
    const queue = new Queue();
    queue.add('a', 1000);
    queue.add('b', 2);
    queue.add('c', 1);
    const rotation = new Rotation<string, Work>(({ lane }) => lane);
    const served: string[] = [];
    for (let turn = 0; turn < 7; turn += 1)
      served.push((await rotation.next([], (except) => queue.claim(except)))?.lane ?? 'none');
    assert.deepEqual(served, ['a', 'b', 'c', 'a', 'b', 'a', 'a']);
  });

  it('leaves out lanes that are full, and returns nothing when only they have work', async () => {
    const queue = new Queue();
    queue.add('a', 2);
    const rotation = new Rotation<string, Work>(({ lane }) => lane);
    assert.equal(await rotation.next(['a'], (except) => queue.claim(except)), undefined);
    assert.equal((await rotation.next([], (except) => queue.claim(except)))?.number, 1);
    assert.equal(await rotation.next(['a'], (except) => queue.claim(except)), undefined);
  });

  it('counts which lanes are full', () => {
    assert.deepEqual(fullLanes(['a', 'b', 'a', 'c', 'a', 'b'], 2), ['a', 'b']);
  });
});
