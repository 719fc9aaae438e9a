import type { Logger } from 'pino';
import { startLoop } from '../background/loop.ts';
import type { Notifier } from '../background/notify.ts';
import { fullLanes, Rotation } from '../background/rotation.ts';
import { type SlotLimits, Slots } from '../background/slots.ts';

export interface WorkerPoolOptions<Work> {
  /** Name of the pool in the logs, such as `outbox`. */
  name: string;
  log: Logger;
  notifier: Pick<Notifier, 'subscribe' | 'onReconnect'>;
  /** Name of the notification channel that announces new work. */
  channel: string;
  limits: SlotLimits;
  /** Returns the id of the integration that a piece of work belongs to. Integrations take turns. */
  laneOf(work: Work): number;
  /** The most pieces of work of one integration that run at a time. */
  laneLimit: number;
  /** Leases and returns the piece of work that has been due longest, leaving out the integrations `except`; undefined if none is due. */
  claim(except: readonly number[]): Promise<Work | undefined>;
  /** Returns the milliseconds until work becomes due, leaving out the integrations `except`; undefined if that is not known. */
  nextInMs(except: readonly number[]): Promise<number | undefined>;
  /** Performs a piece of work. An error is logged, and the work is claimed again when its lease expires. */
  perform(work: Work, signal: AbortSignal): Promise<void>;
}

export interface Worker {
  /** Aborts the work that is under way, and returns when it has ended. */
  stop(): Promise<void>;
}

/** Milliseconds after which the pool tries to claim work without a notification, in case one was lost. */
const POLL_MS = 5000;

/** Milliseconds after which work counts as waiting for a slow host. It must not keep the work of other integrations from running. */
const QUIET_MS = 5000;

/**
 * Returns the limits of a worker pool with that many slots. Together with work that waits for slow hosts, up to eight times as much may
 * run at a time.
 */
export const slotsFor = (slots: number): SlotLimits => ({ slots, most: 8 * slots, quietMs: QUIET_MS });

/** Starts a pool that claims and performs due work, several pieces at a time. A notification on the channel wakes it. */
export function startWorkerPool<Work>(options: WorkerPoolOptions<Work>): Worker {
  const { name, log, notifier, channel, limits, laneOf, laneLimit, claim, nextInMs, perform } = options;
  const stopping = new AbortController();
  const slots = new Slots<Work>(limits);
  const rotation = new Rotation<number, Work>(laneOf);
  const running = new Map<Work, Promise<void>>();

  const loop = startLoop({
    name,
    log,
    intervalMs: POLL_MS,
    async step() {
      const freeInMs = slots.freeInMs();
      if (freeInMs !== 0) return freeInMs ?? 'idle';
      const full = fullLanes(slots.running().map(laneOf), laneLimit);
      const work = await rotation.next(full, claim);
      if (work === undefined) return (await nextInMs(full)) ?? 'idle';
      slots.take(work);
      const done = perform(work, stopping.signal)
        .catch((error) => {
          if (!stopping.signal.aborted)
            log.error({ err: error, worker: name }, 'work failed; it is claimed again when its lease ends');
        })
        .finally(() => {
          slots.release(work);
          running.delete(work);
          loop.wake();
        });
      running.set(work, done);
      return 'more';
    },
  });
  const unsubscribe = notifier.subscribe(channel, () => loop.wake());
  const offReconnect = notifier.onReconnect(() => loop.wake());

  return {
    async stop() {
      unsubscribe();
      offReconnect();
      stopping.abort();
      await loop.stop();
      await Promise.all(running.values());
    },
  };
}
