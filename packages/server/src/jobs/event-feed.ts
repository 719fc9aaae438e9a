import type { Notifier } from '../background/notify.ts';

/** Notifies followers of a job about its new events. */
export interface JobEventFeed {
  /** Starts to follow a job. Events after this call wake the next `wait`, so read the events after this call and after each `wait`. */
  follow(jobId: number): JobFollower;
}

export interface JobFollower extends Disposable {
  /** Resolves when the job has had news since the last `wait` or gets some, after `timeoutMs`, or when the signal is aborted. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void>;
}

/** Creates a feed that needs one database subscription for any number of followers. */
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
