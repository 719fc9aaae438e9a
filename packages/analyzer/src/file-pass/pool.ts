import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Depth } from '../depth.ts';
import { AnalysisError } from '../errors.ts';
import type { FileReport, FileTask, FromWorker, ToWorker, WorkerSetup } from './messages.ts';

/** The worker threads of the file pass. If a file hangs or crashes its thread, only this file is lost. */
export interface InspectionPool extends AsyncDisposable {
  /** Runs the inspectors on all files. `known` maps cache keys to bit masks of the inspectors that have a cached result. */
  run(options: PassOptions): Promise<PassResult>;
  close(): Promise<void>;
}

export interface PassOptions {
  root: string;
  files: readonly FileTask[];
  cached: ReadonlyMap<string, number>;
  signal: AbortSignal;
  onProgress(done: number): void;
}

export interface PassResult {
  files: PassedFile[];
  /** Time in milliseconds that each inspector took, by its index, summed over all threads. */
  spentMs: number[];
}

export type PassedFile =
  | { file: FileTask; report: FileReport }
  /** `lost` is the reason why no inspector could process the file. */
  | { file: FileTask; lost: string };

export interface PoolOptions {
  depth: Depth;
  /** Names of the inspectors to run; default: all inspectors of the depth. */
  wanted?: readonly string[];
  threads?: number;
  /** URL of a module that exports the list `inspectors`; tests replace it. */
  inspectorsUrl?: string;
  /** Time limit for one file with all its inspectors, in milliseconds. */
  fileLimitMs?: number;
}

interface Thread {
  worker: Worker;
  heartbeat: Int32Array;
  /** Batches that were sent and are not finished, oldest first. */
  batches: { id: number; files: readonly FileTask[] }[];
}

const MAX_THREADS = 4;
const BATCH_FILES = 64;
const BATCH_BYTES = 1024 ** 2;
/** Number of batches that a thread gets at once, so that it does not wait for the main thread. */
const BATCHES_PER_THREAD = 2;
const MAX_RESTARTS = 50;
const CHECK_INTERVAL_MS = 500;
const THREAD_HEAP_MB = 192;

export function createInspectionPool(options: PoolOptions): InspectionPool {
  const { depth, threads = Math.min(availableParallelism(), MAX_THREADS), fileLimitMs = 20_000 } = options;
  const { inspectorsUrl = new URL('./inspectors.ts', import.meta.url).href } = options;
  let pool: Thread[] = [];
  let restarts = 0;
  /** Ends the current pass over the files before its threads are terminated. */
  let stopPass: (() => void) | undefined;
  let nextId = 0;

  const start = (): Thread => {
    const heartbeat = new Int32Array(new SharedArrayBuffer(8));
    const setup: WorkerSetup = {
      depth,
      wanted: options.wanted ?? null,
      inspectorsUrl,
      compileCache: getCompileCacheDir(),
      heartbeat,
    };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB },
      env: {},
    });
    return { worker, heartbeat, batches: [] };
  };

  for (let n = 0; n < threads; n += 1) pool.push(start());

  const run = async ({ root, files, cached, signal, onProgress }: PassOptions): Promise<PassResult> => {
    signal.throwIfAborted();
    const passed: PassedFile[] = [];
    const spentMs: number[] = [];
    if (files.length === 0) return { files: passed, spentMs };
    const waiting: (readonly FileTask[])[] = batchesOf(files);
    const ended = Promise.withResolvers<void>();
    stopPass = () => ended.reject(new AnalysisError('analysis.stopped', 'The files were not all looked at.'));
    const rooted: ToWorker = { kind: 'root', root, cached };

    const feed = (thread: Thread): void => {
      while (thread.batches.length < BATCHES_PER_THREAD) {
        const batch = waiting.pop();
        if (batch === undefined) break;
        const id = nextId++;
        thread.batches.push({ id, files: batch });
        thread.worker.postMessage({ kind: 'batch', id, files: batch } satisfies ToWorker);
      }
      if (passed.length >= files.length) ended.resolve();
    };
    const take = (file: FileTask, outcome: { report: FileReport } | { lost: string }): void => {
      passed.push({ file, ...outcome });
    };
    /** Replaces a thread that ended: the file it was working on is lost, its other work is assigned again. */
    const replace = (thread: Thread, why: string): void => {
      const at = Atomics.load(thread.heartbeat, 0);
      const [current, ...others] = thread.batches;
      for (const { files: rest } of others) waiting.push(rest);
      if (current !== undefined) {
        const offender = at > 0 ? current.files[at - 1] : undefined;
        if (offender !== undefined) take(offender, { lost: why });
        const rest = current.files.filter((file) => file !== offender);
        if (rest.length > 0) waiting.push(rest);
      }
      pool = pool.filter((one) => one !== thread);
      restarts += 1;
      if (restarts > MAX_RESTARTS) {
        ended.reject(
          new AnalysisError(
            'analysis.threads_died',
            `The analysis of files crashed ${restarts} times; the last time it ${why}.`,
          ),
        );
        return;
      }
      const fresh = start();
      pool.push(fresh);
      listen(fresh);
      onProgress(passed.length);
    };
    const listen = (thread: Thread): void => {
      thread.worker.removeAllListeners();
      thread.worker.on('message', (message: FromWorker) => {
        const batch = thread.batches.shift();
        message.spentMs.forEach((ms, inspectorIndex) => {
          spentMs[inspectorIndex] = (spentMs[inspectorIndex] ?? 0) + ms;
        });
        batch?.files.forEach((file, index) => {
          const report = message.reports[index];
          if (report !== undefined) take(file, { report });
        });
        onProgress(passed.length);
        feed(thread);
      });
      let cause = 'crashed its thread';
      thread.worker.on('error', (error: unknown) => {
        cause = `crashed its thread: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300);
      });
      thread.worker.on('exit', () => {
        if (pool.includes(thread)) replace(thread, cause);
      });
      thread.worker.postMessage(rooted);
      feed(thread);
    };

    const watch = setInterval(() => {
      for (const thread of [...pool]) {
        const busy = Atomics.load(thread.heartbeat, 0) > 0;
        const tookMs = (Date.now() & 0x7fffffff) - Atomics.load(thread.heartbeat, 1);
        if (!busy || tookMs < fileLimitMs) continue;
        replace(thread, `took longer than ${Math.round(fileLimitMs / 1000)} s`);
        void thread.worker.terminate();
      }
    }, CHECK_INTERVAL_MS);
    const abort = (): void => ended.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      while (pool.length < Math.min(threads, Math.max(1, waiting.length))) pool.push(start());
      for (const thread of [...pool]) listen(thread);
      await ended.promise;
      return { files: passed, spentMs };
    } finally {
      clearInterval(watch);
      stopPass = undefined;
      signal.removeEventListener('abort', abort);
      // If the pass over the files was cut short, end the threads, because they are still working on it.
      if (passed.length < files.length) await close();
      for (const { worker } of pool) worker.removeAllListeners();
    }
  };

  const close = async (): Promise<void> => {
    const threadsNow = pool;
    pool = [];
    stopPass?.();
    await Promise.all(threadsNow.map(({ worker }) => worker.terminate()));
  };

  return { run, close, [Symbol.asyncDispose]: close };
}

/** Sorts the largest files last. They are taken from the end, so that none of them starts when all other files are done. */
function batchesOf(files: readonly FileTask[]): FileTask[][] {
  const batches: FileTask[][] = [];
  let batch: FileTask[] = [];
  let bytes = 0;
  for (const file of [...files].sort((a, b) => a.size - b.size)) {
    if (batch.length > 0 && (batch.length >= BATCH_FILES || bytes + file.size > BATCH_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
