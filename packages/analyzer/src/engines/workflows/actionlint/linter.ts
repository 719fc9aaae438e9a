import { Worker } from 'node:worker_threads';
import type { LintAnswer, LintMessage, LintTask } from './messages.ts';

export type Lint = { messages: LintMessage[] } | { failed: string };

export interface Linter {
  /** One at a time. Never rejects: a crash or a hang is of this file alone. */
  lint(path: string, source: string): Promise<Lint>;
  close(): Promise<void>;
}

const HEAP_MB = 64;

/** Starts its thread, of some 80 MB, when there is something to lint. */
export function createLinter(fileLimitMs = 10_000): Linter {
  let worker: Worker | undefined;
  let nextId = 0;

  const stop = async (): Promise<void> => {
    const stopped = worker;
    worker = undefined;
    await stopped?.terminate();
  };

  const lint = (path: string, source: string): Promise<Lint> => {
    const id = nextId++;
    worker ??= startWorker();
    const thread = worker;
    return new Promise((resolve) => {
      const end = (outcome: Lint): void => {
        clearTimeout(timer);
        thread.removeAllListeners('message');
        thread.removeAllListeners('exit');
        resolve(outcome);
      };
      const timer = setTimeout(() => {
        end({ failed: `took longer than ${Math.round(fileLimitMs / 1000)} s` });
        void stop();
      }, fileLimitMs);
      thread.on('message', (answer: LintAnswer) => {
        if (answer.id === id)
          end('failed' in answer ? { failed: `crashed (${answer.failed})` } : { messages: answer.messages });
      });
      thread.once('exit', () => {
        worker = undefined;
        end({ failed: 'ended its thread' });
      });
      thread.postMessage({ id, path, source } satisfies LintTask);
    });
  };

  return { lint, close: stop };
}

function startWorker(): Worker {
  // What it prints when it panics belongs to nobody's output.
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    env: {},
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  // The event that follows says that it is gone; without a listener an error of the thread would end this process.
  worker.on('error', () => undefined);
  return worker;
}
