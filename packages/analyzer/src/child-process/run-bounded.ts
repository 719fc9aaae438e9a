import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { collect } from './collect.ts';

export interface BoundedOptions {
  /** Its HOME, TMPDIR and current folder: private, and outside of the tree that is analysed. */
  folder: string;
  signal: AbortSignal;
  timeLimitMs: number;
  /** Bytes of memory that each of its processes may write to. Not enforced on macOS and Windows. */
  memoryLimit: number;
  /** Bytes of standard output and of standard error, each: the program is ended at more. Default 64 MiB. */
  outputLimit?: number;
  /** Standard input; default: empty. */
  input?: Buffer;
  /** Besides PATH, HOME, TMPDIR and LC_ALL: nothing of this process' environment is handed on. */
  environment?: Record<string, string>;
}

export interface BoundedRun {
  /** Null where a signal ended it. 127: there is no such program. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: Buffer;
  timedOut: boolean;
  /** It wrote more than the output limit. */
  truncated: boolean;
}

const OUTPUT_LIMIT = 64 * 1024 ** 2;

/**
 * The shell sets what the system itself enforces, and then becomes the program. Processor time bounds what outlives us when we are
 * killed ourselves; memory is what can be written to (RLIMIT_DATA), because address space is reserved freely by Node.
 */
const LIMITED = 'ulimit -c 0; ulimit -t "$1"; ulimit -d "$2"; shift 2; exec "$@"';

/**
 * Runs a program that works on hostile input to its end. However it ends, nothing of its process group is left. Throws the signal's
 * reason when it is aborted, and the system's error where it cannot be started.
 */
export async function runBounded(
  command: string,
  args: readonly string[],
  options: BoundedOptions,
): Promise<BoundedRun> {
  const { folder, signal, timeLimitMs, outputLimit = OUTPUT_LIMIT } = options;
  signal.throwIfAborted();
  const child = spawn(...limited(command, args, options), {
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
  const stdout = collect(child.stdout, outputLimit, tooMuch);
  const stderr = collect(child.stderr, outputLimit, tooMuch);
  // It may end before it has read all: then its exit code tells.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  try {
    const [exitCode, endedBy] = await closing(child);
    signal.throwIfAborted();
    return { exitCode, signal: endedBy, stdout: stdout(), stderr: stderr(), timedOut, truncated };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    end();
  }
}

function limited(
  command: string,
  args: readonly string[],
  { timeLimitMs, memoryLimit }: BoundedOptions,
): [string, string[]] {
  if (process.platform === 'win32') return [command, [...args]];
  const processorSeconds = Math.ceil((timeLimitMs / 1000) * availableParallelism());
  const kibibytes = Math.ceil(memoryLimit / 1024);
  return ['/bin/sh', ['-c', LIMITED, 'sh', String(processorSeconds), String(kibibytes), command, ...args]];
}

/** When it is over and all it wrote has been read. What it started and left behind holds its output open: that ends with it. */
async function closing(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
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
    // None of it is left.
  }
}
