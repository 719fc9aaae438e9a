import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { basename, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { includesDepth } from '../depth.ts';
import type { FileInspector, FileView } from '../engine.ts';
import { languageOfShebang } from '../languages/detect-language.ts';
import type { FileReport, FileTask, FromWorker, Inspection, ToWorker, WorkerSetup } from './messages.ts';

/** Worker thread of the file pass: reads each file once and runs every inspector that selects it. */
const DEFAULT_SIZE_LIMIT = 2 * 1024 ** 2;
/** Like git, treats files with a NUL byte in their first bytes as binary. */
const BINARY_PROBE = 8000;
const SCRATCH = 1024 ** 2;

const { depth, wanted, inspectorsUrl, compileCache, heartbeat } = workerData as WorkerSetup;
if (compileCache !== undefined) enableCompileCache(compileCache);
const { inspectors } = (await import(inspectorsUrl)) as { inspectors: readonly FileInspector[] };
const active = inspectors.map((inspector) =>
  includesDepth(depth, inspector.depth) && (wanted?.includes(inspector.name) ?? true) ? inspector : undefined,
);
const scratch = Buffer.allocUnsafe(SCRATCH);
let root = '';
let cached: ReadonlyMap<string, number> = new Map();
let spentMs: number[] = inspectors.map(() => 0);

const send = (message: FromWorker): void => parentPort?.postMessage(message);

async function inspectBatch(files: readonly FileTask[]): Promise<FileReport[]> {
  const reports: FileReport[] = [];
  for (const [index, file] of files.entries()) {
    Atomics.store(heartbeat, 1, Date.now() & 0x7fffffff);
    Atomics.store(heartbeat, 0, index + 1);
    reports.push(await inspectFile(file));
  }
  Atomics.store(heartbeat, 0, 0);
  return reports;
}

async function inspectFile(file: FileTask): Promise<FileReport> {
  const inspections: FileReport['inspections'] = {};
  let mask = 0;
  const wanting: [number, FileInspector][] = [];
  for (const [inspectorIndex, inspector] of active.entries()) {
    if (inspector === undefined || (file.excluded && !inspector.seesExcluded) || !inspector.wants(file)) continue;
    mask |= 1 << inspectorIndex;
    const limit = inspector.sizeLimit ?? DEFAULT_SIZE_LIMIT;
    if (file.size <= limit) wanting.push([inspectorIndex, inspector]);
    else inspections[inspectorIndex] = skipped(`larger than the ${limit} bytes that are looked at`);
  }
  if (wanting.length === 0) return { key: undefined, wanted: mask, inspections };

  const bytes = readFile(join(root, file.path), file.size);
  if (bytes === undefined) {
    for (const [inspectorIndex] of wanting) inspections[inspectorIndex] = skipped('could not be read');
    return { key: undefined, wanted: mask, inspections };
  }
  const language = file.language ?? languageOfShebang(bytes);
  const name = basename(file.path);
  const key = `${blobHash(bytes)}:${language ?? ''}:${name}`;
  const cachedMask = cached.get(key) ?? 0;
  const view = createView(file.path, bytes, language);
  const binary = bytes.subarray(0, BINARY_PROBE).includes(0);
  for (const [inspectorIndex, inspector] of wanting) {
    if ((cachedMask & (1 << inspectorIndex)) !== 0) continue;
    if (binary && inspector.binaries !== true) {
      inspections[inspectorIndex] = skipped('binary', true);
      continue;
    }
    const begun = performance.now();
    inspections[inspectorIndex] = await inspect(inspectorIndex, inspector, view);
    spentMs[inspectorIndex] = (spentMs[inspectorIndex] ?? 0) + performance.now() - begun;
  }
  freeMemory(bytes);
  return { key, wanted: mask, inspections };
}

/** Frees the memory of a large file now, because this thread would not collect garbage soon. */
function freeMemory({ buffer }: Buffer): void {
  if (buffer !== scratch.buffer && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/**
 * Grammars and rules are loaded with the first file that needs them, because they are not needed if all results are
 * cached.
 */
const preparing = new Map<number, Promise<void>>();
function prepared(inspectorIndex: number, inspector: FileInspector): Promise<void> | undefined {
  if (inspector.prepare === undefined) return undefined;
  const before = preparing.get(inspectorIndex);
  if (before !== undefined) return before;
  const now = inspector.prepare();
  preparing.set(inspectorIndex, now);
  return now;
}

async function inspect(inspectorIndex: number, inspector: FileInspector, view: FileView): Promise<Inspection> {
  try {
    await prepared(inspectorIndex, inspector);
    return { result: (await inspector.inspect(view)) ?? null };
  } catch (error) {
    return skipped(`could not be analyzed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300));
  }
}

const skipped = (reason: string, harmless = false): Inspection => ({ skipped: reason, harmless });

/**
 * Reads a file into a buffer that is reused for the next file, if it fits. Returns undefined if it is no longer a
 * regular file.
 */
function readFile(path: string, expectedSize: number): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > Math.max(expectedSize, SCRATCH)) return undefined;
    const target = stats.size <= SCRATCH ? scratch : Buffer.allocUnsafe(stats.size);
    let length = 0;
    while (length < stats.size) {
      const read = readSync(descriptor, target, length, stats.size - length, null);
      if (read === 0) break;
      length += read;
    }
    return target.subarray(0, length);
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Git's hash of a blob: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
const blobHash = (bytes: Buffer): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('base64url');

function createView(path: string, bytes: Buffer, language: string | null): FileView {
  let text: string | undefined;
  return {
    path,
    bytes,
    language,
    text() {
      text ??= bytes.toString('utf8');
      return text;
    },
  };
}

let queue: Promise<void> = Promise.resolve();

parentPort?.on('message', (message: ToWorker) => {
  queue = queue.then(async () => {
    if (message.kind === 'root') {
      root = message.root;
      cached = message.cached;
      return;
    }
    const reports = await inspectBatch(message.files);
    send({ kind: 'batch', id: message.id, reports, spentMs });
    spentMs = inspectors.map(() => 0);
  });
});
