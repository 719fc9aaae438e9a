import { parentPort, workerData } from 'node:worker_threads';
import { render } from './render.ts';
import type { RenderTask } from './render-report.ts';

const rendered = await render(workerData as RenderTask);
parentPort?.postMessage(rendered, [rendered.body.buffer as ArrayBuffer]);
