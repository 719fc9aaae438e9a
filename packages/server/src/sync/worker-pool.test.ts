import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { waitFor } from '../../test/harness/wait-for.ts';
import { startWorkerPool, type Worker, type WorkerPoolOptions } from './worker-pool.ts';

interface Work {
  integration: number;
  number: number;
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

describe('a worker pool', () => {
  let worker: Worker | undefined;
  afterEach(() => worker?.stop());

  /** Starts a pool that performs the queued work, first in first out. Returns a list to which work is added when it begins. */
  const start = (
    queue: Work[],
    { perform = async () => {}, ...options }: Partial<WorkerPoolOptions<Work>> = {},
  ): Work[] => {
    const begun: Work[] = [];
    worker = startWorkerPool<Work>({
      name: 'test',
      log: pino({ level: 'silent' }),
      notifier: { subscribe: () => () => {}, onReconnect: () => () => {} },
      channel: 'test',
      limits: { slots: 1 },
      laneOf: ({ integration }) => integration,
      laneLimit: 10,
      async claim(except) {
        const index = queue.findIndex(({ integration }) => !except.includes(integration));
        return index < 0 ? undefined : queue.splice(index, 1)[0];
      },
      nextInMs: async () => undefined,
      perform(work, signal) {
        begun.push(work);
        return perform(work, signal);
      },
      ...options,
    });
    return begun;
  };
  const workOf = (integration: number, count: number): Work[] =>
    Array.from({ length: count }, (_, index) => ({ integration, number: index + 1 }));

  it('lets integrations take turns, however much work one of them has', async () => {
    const begun = start([...workOf(1, 1000), ...workOf(2, 2), ...workOf(3, 1)]);
    await waitFor('all work to be done', () => begun.length === 1003);
    assert.deepEqual(
      begun.slice(0, 6).map(({ integration }) => integration),
      [1, 2, 3, 1, 2, 1],
    );
  });

  it('gives one integration no more slots than its limit', async () => {
    const perform = ({ integration }: Work, signal: AbortSignal) =>
      integration === 1 ? untilAborted(signal) : Promise.resolve();
    const begun = start([...workOf(1, 5), ...workOf(2, 3)], { limits: { slots: 3 }, laneLimit: 2, perform });
    await waitFor(
      'the work of the second integration',
      () => begun.filter(({ integration }) => integration === 2).length === 3,
    );
    assert.equal(begun.filter(({ integration }) => integration === 1).length, 2);
  });

  it('goes on with others while the hosts of more integrations than it has slots are silent', async () => {
    const perform = ({ integration }: Work, signal: AbortSignal) =>
      integration < 10 ? untilAborted(signal) : Promise.resolve();
    const silent = Array.from({ length: 9 }, (_, index) => workOf(index + 1, 1)).flat();
    const limits = { slots: 2, most: 16, quietMs: 0 };
    const begun = start([...silent, ...workOf(10, 5)], { limits, perform });
    await waitFor('the work of the tenth', () => begun.filter(({ integration }) => integration === 10).length === 5);
  });
});
