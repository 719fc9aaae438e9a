import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AnalysisError } from '../../errors.ts';
import type { Technology } from '../../facts.ts';

export interface DetectedTechnologies {
  technologies: Technology[];
  /** Paths of files that the detection could not parse. */
  failed: string[];
}

const HEAP_MB = 256;

/**
 * Detects technologies from paths and the contents of some files, in a worker thread. Throws the signal's reason, and
 * `AnalysisError` if it fails.
 */
export async function detectTechnologies(
  paths: readonly string[],
  open: (path: string) => Promise<string | null>,
  signal: AbortSignal,
): Promise<DetectedTechnologies> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { paths } satisfies DetectionSetup,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    env: {},
    stdout: true,
    stderr: true,
  });
  // Discard what the library prints in the worker thread.
  worker.stdout.resume();
  worker.stderr.resume();
  const done = Promise.withResolvers<DetectedTechnologies>();
  const fail = (cause: unknown): void =>
    done.reject(new AnalysisError('technologies.failed', 'The technologies could not be detected.', { cause }));
  const abort = (): void => done.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  worker.on('message', (message: FromDetection) => {
    if (message.kind === 'done') return done.resolve({ technologies: message.technologies, failed: message.failed });
    const { path } = message;
    open(path).then((text) => worker.postMessage({ path, text } satisfies ToDetection), done.reject);
  });
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`The thread ended with code ${code}.`)));
  try {
    return await done.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    worker.removeAllListeners('exit');
    const ended = once(worker, 'exit');
    void worker.terminate();
    await ended;
  }
}

/** Initial data of the worker thread that detects technologies. */
export interface DetectionSetup {
  /** Paths of all files in the tree. */
  paths: readonly string[];
}

export type FromDetection =
  /** Messages of the worker thread: `open` requests the content of a file, `done` delivers the result. */
  { kind: 'open'; path: string } | { kind: 'done'; technologies: Technology[]; failed: string[] };

/** Content of a requested file for the worker thread; `text` is null if the file cannot be read. */
export type ToDetection = { path: string; text: string | null };
