import type { Notifier } from '../background/notify.ts';

/** Tells who follows a job that it has news. */
export interface JobEventFeed {
  /** From now on. What is said before the next `wait` is not missed, so read events after this, and between waits. */
  follow(jobId: number): JobFollower;
}

export interface JobFollower extends Disposable {
  /** Resolves when there were news since it last did, or come; after `timeoutMs`; or when the signal is aborted. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void>;
}

/** One subscription for however many followers. */
export function createJobEventFeed(notifier: Pick<Notifier, 'subscribe' | 'onReconnect'>): JobEventFeed {
  const followers = new Map<string, Set<() => void>>();
  notifier.subscribe('job_events', (payload) => {
    for (const hear of followers.get(payload) ?? []) hear();
  });
  notifier.onReconnect(() => {
    for (const some of followers.values()) for (const hear of some) hear();
  });
  return {
    follow(jobId) {
      const key = `job:${jobId}`;
      let hasNews = false;
      let wake: (() => void) | undefined;
      const hear = (): void => {
        hasNews = true;
        wake?.();
      };
      const some = followers.get(key) ?? new Set();
      followers.set(key, some.add(hear));
      return {
        async wait(timeoutMs, signal) {
          if (!hasNews && !signal.aborted) {
            const { promise, resolve } = Promise.withResolvers<void>();
            const end = (): void => resolve();
            const timer = setTimeout(end, timeoutMs);
            signal.addEventListener('abort', end, { once: true });
            wake = end;
            await promise;
            clearTimeout(timer);
            signal.removeEventListener('abort', end);
            wake = undefined;
          }
          hasNews = false;
        },
        [Symbol.dispose]() {
          some.delete(hear);
          if (some.size === 0) followers.delete(key);
        },
      };
    },
  };
}
