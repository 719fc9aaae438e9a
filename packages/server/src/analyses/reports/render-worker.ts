import { parentPort, workerData } from 'node:worker_threads';
import type { RenderTask } from './render.ts';
import { render } from './render.ts';

const rendered = await render(workerData as RenderTask);
parentPort?.postMessage(rendered, [rendered.body.buffer as ArrayBuffer]);
