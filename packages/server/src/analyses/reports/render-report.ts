import { Worker } from 'node:worker_threads';
import { unavailable } from '../../errors.ts';
import type { PageTrend, RenderedReport, RenderTask, ReportFormat } from './render.ts';
import type { EncodedReport } from './report-encoding.ts';

/** Renders a report in another format. `trend` is used only by the HTML page. */
export type RenderReport = (report: EncodedReport, format: ReportFormat, trend?: PageTrend) => Promise<RenderedReport>;

const MOST_AT_A_TIME = 2;
const MOST_WAITING = 32;
const LONGEST_MS = 30_000;
const MOST_MEMORY_MB = 768;
const RETRY_AFTER_SECONDS = 5;

/**
 * Size in bytes up to which a JSON report is rendered without a worker thread. That takes a few milliseconds, while starting a worker
 * takes hundreds.
 */
const SMALL_BYTES = 128 * 1024;

/**
 * Creates a function that renders large reports in worker threads, because a report with 20,000 dependencies takes hundreds of
 * milliseconds. It throws ApiError 503 when too many renderings wait or one takes too long.
 */
export function createRenderReport(): RenderReport {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async ({ bytes, size }, format, trend = []) => {
    if (size <= SMALL_BYTES) return (await import('./render.ts')).render({ bytes, format, trend });
    if (running >= MOST_AT_A_TIME) {
      if (waiting.length >= MOST_WAITING)
        throw unavailable('Too many reports are asked for at once.', RETRY_AFTER_SECONDS, 'report.too_many');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await renderInWorker({ bytes, format, trend });
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function renderInWorker(task: RenderTask): Promise<RenderedReport> {
  const { promise, resolve, reject } = Promise.withResolvers<RenderedReport>();
  const worker = new Worker(new URL('./render-worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  });
  const timer = setTimeout(() => {
    reject(
      unavailable(
        `The report took longer than ${LONGEST_MS / 1000} s. GET /report has it as JSON.`,
        RETRY_AFTER_SECONDS,
        'report.too_slow',
      ),
    );
    void worker.terminate();
  }, LONGEST_MS);
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', (code) => reject(new Error(`The worker that renders reports ended with ${code}`)));
  return promise.finally(() => clearTimeout(timer));
}
