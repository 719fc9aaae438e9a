import type { Notifier } from '../../background/notify.ts';

/** Tells who follows a job that it has news. */
export interface JobEventFeed {
  /** Resolves when the job may have news: said so, after `timeoutMs`, or when the signal is aborted. */
  wait(jobId: number, timeoutMs: number, signal: AbortSignal): Promise<void>;
}

/** One subscription for however many followers. */
export function createJobEventFeed(notifier: Notifier): JobEventFeed {
  const waiting = new Map<string, Set<() => void>>();
  notifier.subscribe('job_events', (payload) => {
    for (const wake of waiting.get(payload) ?? []) wake();
  });
  notifier.onReconnect(() => {
    for (const wakes of waiting.values()) for (const wake of wakes) wake();
  });
  return {
    async wait(jobId, timeoutMs, signal) {
      if (signal.aborted) return;
      const key = `job:${jobId}`;
      const { promise, resolve } = Promise.withResolvers<void>();
      const wakes = waiting.get(key) ?? new Set();
      waiting.set(key, wakes.add(resolve));
      const timer = setTimeout(resolve, timeoutMs);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      clearTimeout(timer);
      wakes.delete(resolve);
      if (wakes.size === 0) waiting.delete(key);
    },
  };
}
