/**
 * Limits how much work runs at a time, and lets groups of work (lanes) take turns: for example, the analyses of each project at the
 * processors.
 */
export interface Turns {
  /** Runs the work when it is the turn of its group (lane). Rejects with the signal's reason when the signal is aborted before that. */
  take<Result>(lane: number, signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
}

interface Waiting {
  lane: number;
  start(): void;
}

/**
 * Creates turns in which the group of work (lane) with the least running work comes first, and in it the work that has waited longest.
 *
 * @param atATime number of pieces of work that run at a time
 */
export function createTurns(atATime: number): Turns {
  const running: number[] = [];
  const waiting: Waiting[] = [];

  const underWay = (lane: number): number => running.filter((other) => other === lane).length;
  const startNext = (): void => {
    if (running.length >= atATime) return;
    const [next] = waiting.toSorted((left, right) => underWay(left.lane) - underWay(right.lane));
    if (next === undefined) return;
    waiting.splice(waiting.indexOf(next), 1);
    running.push(next.lane);
    next.start();
  };

  return {
    async take(lane, signal, work) {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const abort = (): void => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal.reason);
        };
        const entry: Waiting = {
          lane,
          start() {
            signal.removeEventListener('abort', abort);
            resolve();
          },
        };
        signal.addEventListener('abort', abort, { once: true });
        waiting.push(entry);
        startNext();
      });
      try {
        return await work();
      } finally {
        running.splice(running.indexOf(lane), 1);
        startNext();
      }
    },
  };
}
