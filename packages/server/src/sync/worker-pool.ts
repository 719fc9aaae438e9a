import type { Logger } from 'pino';
import { startLoop } from '../background/loop.ts';
import type { Notifier } from '../background/notify.ts';

export interface WorkerPoolOptions<Work> {
  /** For logs: `outbox`. */
  name: string;
  log: Logger;
  notifier: Pick<Notifier, 'subscribe' | 'onReconnect'>;
  /** Where others say that there is work. */
  channel: string;
  concurrency: number;
  /** Leases a piece of work, apart from what runs here already. */
  claim(running: readonly Work[]): Promise<Work | undefined>;
  /** Milliseconds until there is work again; undefined when that is not known. */
  nextInMs(running: readonly Work[]): Promise<number | undefined>;
  /** What it throws is logged: the lease runs out, and the work is claimed again. */
  perform(work: Work, signal: AbortSignal): Promise<void>;
}

export interface Worker {
  /** Hands back what is under way, and ends. */
  stop(): Promise<void>;
}

/** The polling fallback, where a wake-up was lost. */
const POLL_MS = 5000;

/** Works off leased rows, several at a time, woken by whoever makes one. */
export function startWorkerPool<Work>(options: WorkerPoolOptions<Work>): Worker {
  const { name, log, notifier, channel, concurrency, claim, nextInMs, perform } = options;
  const stopping = new AbortController();
  const running = new Map<Work, Promise<void>>();

  const loop = startLoop({
    name,
    log,
    intervalMs: POLL_MS,
    async step() {
      if (running.size >= concurrency) return 'idle';
      const busy = [...running.keys()];
      const work = await claim(busy);
      if (work === undefined) return (await nextInMs(busy)) ?? 'idle';
      const done = perform(work, stopping.signal)
        .catch((error) => {
          if (!stopping.signal.aborted)
            log.error({ err: error, worker: name }, 'work failed; it is claimed again when its lease ends');
        })
        .finally(() => {
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
