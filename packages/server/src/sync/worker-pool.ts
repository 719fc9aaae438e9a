import type { Logger } from 'pino';
import { startLoop } from '../background/loop.ts';
import type { Notifier } from '../background/notify.ts';
import { fullLanes, Rotation } from '../background/rotation.ts';
import { type SlotLimits, Slots } from '../background/slots.ts';

export interface WorkerPoolOptions<Work> {
  /** For logs: `outbox`. */
  name: string;
  log: Logger;
  notifier: Pick<Notifier, 'subscribe' | 'onReconnect'>;
  /** Notification channel for new work. */
  channel: string;
  limits: SlotLimits;
  /** The integration whose work it is. Integrations take turns. */
  laneOf(work: Work): number;
  /** Pieces of work of one integration at a time. */
  laneLimit: number;
  /** Leases the piece of work that has been due longest, of any integration but these. */
  claim(except: readonly number[]): Promise<Work | undefined>;
  /** Milliseconds until work of any integration but these becomes due; undefined when that is not known. */
  nextInMs(except: readonly number[]): Promise<number | undefined>;
  /** Errors are logged: the lease expires, and the work is claimed again. */
  perform(work: Work, signal: AbortSignal): Promise<void>;
}

export interface Worker {
  /** Hands back what is under way, and ends. */
  stop(): Promise<void>;
}

/** The polling fallback, where a wake-up was lost. */
const POLL_MS = 5000;

/** Work that takes longer than this waits for a slow host: it must not keep the work of other integrations from running. */
const QUIET_MS = 5000;

/** Slots for work of so many integrations at a time; work that waits for slow hosts comes on top, up to eight times as much. */
export const slotsFor = (slots: number): SlotLimits => ({ slots, most: 8 * slots, quietMs: QUIET_MS });

/** Works off leased rows, several at a time, woken by whoever makes one. */
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
