import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Result of one step of a background loop: nothing to do, more to do at once, or the milliseconds until there is something to do. */
export type StepOutcome = 'idle' | 'more' | number;

export interface LoopOptions {
  /** Name of the loop in logs, such as `outbox`. */
  name: string;
  log: Logger;
  /** Longest pause in ms between two steps, whatever a step returns, so that polling makes up for a lost wake-up. */
  intervalMs: number;
  /** Does one bounded piece of the loop's work. The signal is aborted when the loop is stopped. */
  step(signal: AbortSignal): Promise<StepOutcome>;
}

export interface Loop {
  /** Wakes the loop, so that it runs a step soon. All calls during a step together cause one further step. */
  wake(): void;
  /** Aborts the signal of the running step and waits for the step to end. */
  stop(): Promise<void>;
}

const FIRST_ERROR_PAUSE_MS = 200;
const LONGEST_ERROR_PAUSE_MS = 30_000;

/** Runs `step` repeatedly: at once while there is more to do, when woken, when work is due, and after a growing pause when it failed. */
export function startLoop({ name, log, intervalMs, step }: LoopOptions): Loop {
  const stopping = new AbortController();
  let woken = false;
  let pausing: { wakeable: boolean; end(): void } | undefined;

  const pause = async (milliseconds: number, wakeable: boolean): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    pausing = { wakeable, end: resolve };
    await promise;
    clearTimeout(timer);
    pausing = undefined;
  };

  const pauseAfter = (outcome: StepOutcome): number => {
    if (outcome === 'more' || woken) return 0;
    return outcome === 'idle' ? intervalMs : Math.min(Math.max(outcome, 0), intervalMs);
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      woken = false;
      try {
        const outcome = await step(stopping.signal);
        failures = 0;
        if (stopping.signal.aborted) return;
        const pauseMs = pauseAfter(outcome);
        if (pauseMs > 0) await pause(pauseMs, true);
        else await setImmediate();
      } catch (error) {
        if (stopping.signal.aborted) return;
        failures += 1;
        // The pause after a failed step is jittered, so that many processes do not retry at the same moment.
        const ceiling = Math.min(FIRST_ERROR_PAUSE_MS * 2 ** (failures - 1), LONGEST_ERROR_PAUSE_MS);
        const retryInMs = Math.round(ceiling * (0.5 + Math.random() / 2));
        log.error({ err: error, loop: name, failures, retryInMs }, 'background step failed');
        // A wake-up says that there is work, not that the cause of the failure is gone, so that it does not shorten the pause after a
        // failed step.
        await pause(retryInMs, false);
      }
    }
  };

  const running = run();
  return {
    wake() {
      woken = true;
      if (pausing?.wakeable) pausing.end();
    },
    async stop() {
      stopping.abort();
      pausing?.end();
      await running;
    },
  };
}
