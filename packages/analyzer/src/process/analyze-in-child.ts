import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { setPriority } from 'node:os';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { AnalysisError } from '../errors.ts';
import type { AnalysisReport } from '../result.ts';
import type { AnalyzeSettings } from '../run/settings.ts';
import type { FromChild, ToChild } from './messages.ts';
import { performCall } from './proxied-fetch.ts';

/** A report with compressed facts, so that the server can store large ones without decompressing them. */
export interface PackedReport {
  report: Omit<AnalysisReport, 'findings' | 'facts'>;
  findings: AnalysisReport['findings'];
  /** `Facts` as JSON, compressed with zstd. */
  facts: Uint8Array;
  /** Fingerprints of the findings that should have tasks. */
  taskFingerprints: string[];
  /** True if the tasks for findings should also become issues. */
  createIssues: boolean;
  /** Key of the advisory data that the analysis used: equal keys mean equal data. */
  advisoryKey: string;
}

/** Decompresses the facts, which for a large repository takes some tens of milliseconds. */
export async function unpackReport({ report, findings, facts }: PackedReport): Promise<AnalysisReport> {
  const json = await promisify(zstdDecompress)(facts, { maxOutputLength: MAX_FACTS_BYTES });
  return { ...report, findings, facts: JSON.parse(json.toString('utf8')) as AnalysisReport['facts'] };
}

export interface AnalyzeInChildOptions {
  signal: AbortSignal;
  /** Function for requests to advisory databases and registries; null disables the network. */
  fetch: typeof fetch | null;
  onProgress(percent: number, step: string): void;
  /** Time limit of the analysis in seconds; default 30 minutes. */
  timeLimitSeconds?: number;
}

const TIME_LIMIT_SECONDS = 1800;
const MAX_FACTS_BYTES = 256 * 1024 ** 2;
const HEAP_MB = 512;
/** Maximum resident memory of the child process in bytes, including its threads. */
const MEMORY_LIMIT = 1536 * 1024 ** 2;
const CHECK_INTERVAL_MS = 1000;
/** Niceness of the child process. Its priority is below that of the server, whose responses are more urgent than an analysis. */
const NICENESS = 10;

/** Runs an analysis in a child process, so that its load or a crash does not affect this one. Throws AnalysisError. */
export async function analyzeInChild(
  settings: AnalyzeSettings,
  { signal, fetch: doFetch, onProgress, timeLimitSeconds = TIME_LIMIT_SECONDS }: AnalyzeInChildOptions,
): Promise<PackedReport> {
  signal.throwIfAborted();
  const child = fork(new URL('./child.ts', import.meta.url), {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    env: {
      PATH: process.env.PATH,
      HOME: settings.temporaryFolder,
      TMPDIR: settings.temporaryFolder,
      LC_ALL: 'C.UTF-8',
      ...compileCache(),
    },
    cwd: settings.temporaryFolder,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A separate process group, so that all descendants can be killed with it.
    detached: true,
  });
  const ended = Promise.withResolvers<Omit<PackedReport, 'findings' | 'facts'>>();
  const findings: AnalysisReport['findings'] = [];
  let facts: Uint8Array = new Uint8Array();
  let errors = '';
  const calls = new Map<number, AbortController>();

  const fail = (error: unknown): void => ended.reject(error);
  const abort = (): void => fail(signal.reason);
  const sendToChild = (message: ToChild): void => {
    if (child.connected) child.send(message);
  };
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk}`.slice(-4000);
  });
  child.on('error', (cause) =>
    fail(new AnalysisError('analysis.not_started', 'The analysis could not be started.', { cause })),
  );
  child.on('exit', (code, killedBy) => {
    const how = killedBy === null ? `with code ${code}` : `by ${killedBy}`;
    fail(new AnalysisError('analysis.died', `The process of the analysis ended ${how}. ${lastLine(errors)}`.trim()));
  });
  child.on('message', (message: FromChild) => {
    if (message.kind === 'up') {
      if (child.pid !== undefined) setPriority(child.pid, NICENESS);
      sendToChild({ kind: 'start', settings, network: doFetch !== null });
    } else if (message.kind === 'progress') onProgress(message.percent, message.step);
    else if (message.kind === 'findings') findings.push(...message.findings);
    else if (message.kind === 'facts') facts = message.facts;
    else if (message.kind === 'done') {
      const { kind: _kind, ...done } = message;
      ended.resolve(done);
    } else if (message.kind === 'failed') {
      const { code, message: text, hint, bug } = message.error;
      const error = new AnalysisError(
        code,
        bug ? 'The analysis failed where it should not have. The log has it.' : text,
        {
          ...(hint === undefined ? {} : { hint }),
          ...(bug ? { cause: new Error(text) } : {}),
        },
      );
      fail(error);
    } else if (message.kind === 'cancel_call') calls.get(message.id)?.abort();
    else if (doFetch !== null) {
      const control = new AbortController();
      calls.set(message.id, control);
      void performCall(message.call, doFetch, AbortSignal.any([signal, control.signal])).then((result) => {
        calls.delete(message.id);
        sendToChild({ kind: 'result', id: message.id, result });
      });
    }
  });
  signal.addEventListener('abort', abort, { once: true });
  const tooLong = setTimeout(() => {
    fail(
      new AnalysisError('analysis.timeout', `The analysis took longer than ${timeLimitSeconds} s.`, {
        hint: 'Ask for a lesser depth, or exclude paths in .commandcenter.yml.',
      }),
    );
  }, timeLimitSeconds * 1000);
  const watch = setInterval(() => {
    void residentMemory(child).then((bytes) => {
      if (bytes > MEMORY_LIMIT) {
        fail(
          new AnalysisError(
            'analysis.out_of_memory',
            `The analysis needed more than ${MEMORY_LIMIT / 1024 ** 2} MB of memory.`,
          ),
        );
      }
    });
  }, CHECK_INTERVAL_MS);
  try {
    return { ...(await ended.promise), findings, facts };
  } finally {
    clearTimeout(tooLong);
    clearInterval(watch);
    signal.removeEventListener('abort', abort);
    for (const control of calls.values()) control.abort();
    await endGroup(child);
  }
}

/** Returns the environment variable with which the child process shares the compile cache of this process. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

/** Kills the process and its descendants. */
async function endGroup(child: ChildProcess): Promise<void> {
  child.removeAllListeners();
  const { pid } = child;
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Killing failed because the process group does not exist any more.
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Returns the resident memory in bytes on Linux; 0 elsewhere, where only the heap limit applies. */
async function residentMemory({ pid }: ChildProcess): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return Number(statm.split(' ')[1] ?? 0) * 4096;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
