import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';

export interface BoundedOptions {
  /** Private folder outside of the analyzed tree, which becomes HOME, TMPDIR and the working directory of the program. */
  folder: string;
  signal: AbortSignal;
  timeLimitMs: number;
  /** Writable memory in bytes that each process may use. Not enforced on macOS and Windows. */
  memoryLimit: number;
  /**
   * Limit in bytes for standard output and standard error, each; the program is killed if it writes more. Default: 64
   * MiB.
   */
  outputLimit?: number;
  /** Bytes for the program's standard input; empty by default. */
  input?: Buffer;
  /** Environment variables for the program in addition to PATH, HOME, TMPDIR and LC_ALL. No other variable of this process is passed on. */
  environment?: Record<string, string>;
}

export interface BoundedRun {
  /** Exit code of the program: null if a signal ended it, 127 if it does not exist. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: Buffer;
  timedOut: boolean;
  /** True if the program was killed because it wrote more than the output limit. */
  truncated: boolean;
}

const OUTPUT_LIMIT = 64 * 1024 ** 2;

/**
 * The shell sets limits that the kernel enforces and then becomes the program. The processor time bounds programs that
 * survive a kill of this process. Memory is limited by writable pages (RLIMIT_DATA), because Node reserves much more
 * address space than it uses.
 */
const LIMIT_SCRIPT = 'ulimit -c 0; ulimit -t "$1"; ulimit -d "$2"; shift 2; exec "$@"';

/**
 * Runs a program that processes untrusted input and waits for its end. Every process of its group is killed, however it
 * ends. Throws the signal's reason if it is aborted, and the system's error if the program cannot be started.
 */
export async function runBounded(
  command: string,
  args: readonly string[],
  options: BoundedOptions,
): Promise<BoundedRun> {
  const { folder, signal, timeLimitMs, outputLimit = OUTPUT_LIMIT } = options;
  signal.throwIfAborted();
  const child = spawn(...withLimits(command, args, options), {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: folder,
      TMPDIR: folder,
      LC_ALL: 'C.UTF-8',
      ...options.environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let timedOut = false;
  let truncated = false;
  const end = (): void => endGroup(child);
  const tooMuch = (): void => {
    truncated = true;
    end();
  };
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeLimitMs);
  signal.addEventListener('abort', end, { once: true });
  const stdout = collectOutput(child.stdout, outputLimit, tooMuch);
  const stderr = collectOutput(child.stderr, outputLimit, tooMuch);
  // The program may exit before it has read its input; its exit code is reported then.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  try {
    const [exitCode, endedBy] = await waitForClose(child);
    signal.throwIfAborted();
    return { exitCode, signal: endedBy, stdout: stdout(), stderr: stderr(), timedOut, truncated };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    end();
  }
}

function withLimits(
  command: string,
  args: readonly string[],
  { timeLimitMs, memoryLimit }: BoundedOptions,
): [string, string[]] {
  if (process.platform === 'win32') return [command, [...args]];
  const processorSeconds = Math.ceil((timeLimitMs / 1000) * availableParallelism());
  const kibibytes = Math.ceil(memoryLimit / 1024);
  return ['/bin/sh', ['-c', LIMIT_SCRIPT, 'sh', String(processorSeconds), String(kibibytes), command, ...args]];
}

/**
 * Resolves when the program has exited and its output was read completely. Background processes that it left behind
 * hold the output open, so they are killed at its exit.
 */
async function waitForClose(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  const closed = Promise.withResolvers<[number | null, NodeJS.Signals | null]>();
  child.on('error', closed.reject);
  child.on('exit', () => endGroup(child));
  child.on('close', (exitCode, signal) => closed.resolve([exitCode, signal]));
  return await closed.promise;
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Killing failed because the process group does not exist any more.
  }
}

/**
 * Buffers the first `limit` bytes of a stream, and calls `onMore` once if there are more. Returns a function that
 * returns the buffered bytes.
 */
export function collectOutput(stream: Readable, limit: number, onMore: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size > limit) return;
    size += chunk.length;
    if (size > limit) {
      chunks.push(chunk.subarray(0, chunk.length - (size - limit)));
      onMore();
    } else chunks.push(chunk);
  });
  // Ignore errors of the output stream, because the exit of the process reports the failure.
  stream.on('error', () => undefined);
  return () => Buffer.concat(chunks);
}
