import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { AnalysisError } from '../errors.ts';
import { type GitEnvironmentOptions, gitEnvironment, gitSettings } from './git-environment.ts';

export interface GitOptions extends GitEnvironmentOptions {
  /**
   * Path of a repository, or of the `.git` file of a worktree. All commands that use a repository require it, because git must not search
   * for one.
   */
  gitDirectory?: string;
  workTree?: string;
  cwd?: string;
  input?: Iterable<string | Buffer>;
  signal: AbortSignal;
  /** Time limit in milliseconds; default 2 minutes. */
  timeLimitMs?: number;
  onErrorOutput?(text: string): void;
  /** Exit codes that are not failures; default only 0. */
  exitCodes?: readonly number[];
}

/** git failed. `errorOutput` has its message. */
export class GitFailedError extends AnalysisError {
  readonly exitCode: number | null;
  readonly errorOutput: string;

  constructor(command: string, exitCode: number | null, errorOutput: string) {
    const lastLine = errorOutput.trim().split('\n').at(-1) ?? '';
    super('source.git_failed', `git ${command} failed${lastLine === '' ? '' : `: ${lastLine}`}`.slice(0, 500));
    this.name = 'GitFailedError';
    this.exitCode = exitCode;
    this.errorOutput = errorOutput;
  }
}

const TIME_LIMIT_MS = 120_000;
const ERROR_OUTPUT_KEPT = 16_384;
/** Writable memory in bytes for each process: small objects in a pack may expand to any size. */
const MEMORY_LIMIT = 1024 ** 3;
/** Shell script that limits git's memory and then becomes git. `runBounded` has similar limits, but it collects all output in memory. */
const LIMIT_SCRIPT = 'ulimit -c 0; ulimit -d "$1"; shift; exec "$@"';
const NO_SUCH_PROGRAM = 127;

/**
 * Runs git and yields its output. git and its children are killed if the signal is aborted, the time limit is exceeded,
 * or the reader stops. Throws `GitFailedError`, and AnalysisError `source.timeout` or `source.no_git`.
 * @returns the exit code
 */
export async function* streamGit(
  args: readonly string[],
  options: GitOptions,
): AsyncGenerator<Buffer, number, undefined> {
  const { signal, timeLimitMs = TIME_LIMIT_MS, exitCodes = [0] } = options;
  signal.throwIfAborted();
  const command = args[0] ?? '';
  const places = [
    ...(options.gitDirectory === undefined ? [] : [`--git-dir=${options.gitDirectory}`]),
    ...(options.workTree === undefined ? [] : [`--work-tree=${options.workTree}`]),
  ];
  const git = ['git', ...gitSettings, ...places, ...args];
  const child = spawn('/bin/sh', ['-c', LIMIT_SCRIPT, 'sh', String(MEMORY_LIMIT / 1024), ...git], {
    cwd: options.cwd ?? '/',
    env: gitEnvironment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
    // A separate process group, so that git's children can be killed with it.
    detached: true,
  });
  let closed = false;
  let tooLong = false;
  let errorOutput = '';
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    // Kill children that git left behind, because they hold git's output open.
    child.on('exit', () => endGroup(child));
    child.on('close', resolve);
  }).finally(() => {
    closed = true;
  });
  // It is awaited when the output ends, and a failure before that must not count as unhandled.
  ended.catch(() => undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    errorOutput = (errorOutput + text).slice(-ERROR_OUTPUT_KEPT);
    options.onErrorOutput?.(text);
  });
  feed(child, options.input);
  const abort = (): void => endGroup(child);
  const timer = setTimeout(() => {
    tooLong = true;
    endGroup(child);
  }, timeLimitMs);
  signal.addEventListener('abort', abort, { once: true });
  try {
    // If git could not be started, reject with that error; there is no output to read.
    if (child.pid === undefined) await ended;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
    const exitCode = await ended;
    signal.throwIfAborted();
    if (tooLong) {
      throw new AnalysisError('source.timeout', `git ${command} took longer than ${timeLimitMs / 1000} s.`);
    }
    if (exitCode === NO_SUCH_PROGRAM) {
      throw new AnalysisError('source.no_git', 'There is no git on this machine.', {
        hint: 'Install git 2.30 or newer.',
      });
    }
    if (exitCode === null || !exitCodes.includes(exitCode)) {
      // git reports missing objects of a partial clone only in its message.
      if (errorOutput.includes('from promisor remote')) throw missingObjects('it is a partial clone');
      throw new GitFailedError(command, exitCode, errorOutput);
    }
    return exitCode;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    if (!closed) {
      endGroup(child);
      // The reader has left, or its own error is under way already.
      await ended.catch(() => undefined);
    }
  }
}

function feed({ stdin }: ChildProcess, input: GitOptions['input']): void {
  // git may exit before it has read its input; its exit code is reported then.
  stdin?.on('error', () => undefined);
  if (input === undefined) stdin?.end();
  else if (stdin !== null) Readable.from(input).pipe(stdin);
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Killing failed because the process group does not exist any more.
  }
}

export const MISSING_OBJECTS = 'source.missing_objects';

/**
 * Creates the error for objects that a copy of a repository does not have.
 * @param why message of git
 */
export const missingObjects = (why: string): AnalysisError =>
  new AnalysisError(MISSING_OBJECTS, `Something of the repository is not in this copy of it: ${why.slice(0, 100)}.`, {
    hint: 'Complete a partial clone with `git fetch --refetch --no-filter`, mend a damaged one (`git fsck`), and analyze it again.',
  });
