import { execFile } from 'node:child_process';
import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './errors.ts';
import { ifPresent } from './if-present.ts';

const run = promisify(execFile);

const POLL_MS = 10;

/**
 * Reads `postmaster.pid`, as pg_ctl does: the pid is in its first line, and `ready` in the last one once PostgreSQL accepts connections.
 */
export async function readPostmasterFile(cluster: string): Promise<{ pid: number; ready: boolean } | undefined> {
  const text = (await ifPresent(readFile(join(cluster, 'postmaster.pid'), 'utf8'))) ?? '';
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined;
}

/**
 * Finds the pids of all processes that work in the data folder. PostgreSQL's processes have it as their working directory. Unlike a pid
 * in a file, that cannot be mistaken for another program that got the same pid later.
 */
export async function findClusterProcesses(cluster: string): Promise<number[]> {
  const folder = await ifPresent(stat(cluster));
  if (folder === undefined) return [];
  if (process.platform !== 'linux') return findByCommandLine(cluster);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => ((await isPostgres(pid)) && (await worksIn(pid, folder, cluster)) ? [pid] : [])),
  );
  return found.flat();
}

/**
 * Returns true for a process of PostgreSQL. The working directory alone is not enough, because a person's shell may be in the folder too.
 */
async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name.trim() === 'postgres';
}

async function worksIn(pid: number, folder: Stats, cluster: string): Promise<boolean> {
  const cwd = await stat(`/proc/${pid}/cwd`).catch(() => undefined);
  if (cwd !== undefined) return cwd.dev === folder.dev && cwd.ino === folder.ino;
  // Root without CAP_SYS_PTRACE, as in a container, may not read the working directory, but it may read the postmaster's command line.
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes(`\0-D\0${cluster}\0`);
}

async function findByCommandLine(cluster: string): Promise<number[]> {
  const postmaster = await readPostmasterFile(cluster);
  if (postmaster === undefined) return [];
  // `ps` exits with 1 when there is no such process.
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(postmaster.pid)]).catch(() => ({ stdout: '' }));
  return stdout.includes(cluster) ? [postmaster.pid] : [];
}

/**
 * Signals that are sent in this order, each with the time in ms to wait for its effect. After SIGQUIT or SIGKILL the next start replays
 * the write-ahead log.
 */
const STOP_STEPS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 4000],
  ['SIGQUIT', 3000],
  ['SIGKILL', 3000],
];

/** Stops all processes that work in the data folder, gently at first. Returns their number once there are none. */
export async function stopClusterProcesses(cluster: string): Promise<number> {
  const before = await findClusterProcesses(cluster);
  let left = before;
  for (const [signal, patienceMs] of STOP_STEPS) {
    if (left.length === 0) return before.length;
    const postmaster = await readPostmasterFile(cluster);
    // The postmaster stops its children. Children that have lost their postmaster are signaled directly.
    const asked =
      postmaster !== undefined && left.includes(postmaster.pid) && signal !== 'SIGKILL' ? [postmaster.pid] : left;
    for (const pid of asked) signalIfAlive(pid, signal);
    left = await waitUntilGone(cluster, left, patienceMs);
  }
  if (left.length === 0) return before.length;
  throw new EmbeddedPostgresError(
    'postgres.failed',
    `PostgreSQL processes ${left.join(', ')} in ${cluster} cannot be stopped.`,
  );
}

async function waitUntilGone(cluster: string, pids: number[], patienceMs: number): Promise<number[]> {
  const deadline = Date.now() + patienceMs;
  let left = pids;
  while (left.length > 0 && Date.now() < deadline) {
    await sleep(POLL_MS);
    left = left.filter(isAlive);
  }
  // Search again once the known processes are gone, because processes that started meanwhile count too.
  return left.length > 0 ? left : findClusterProcesses(cluster);
}

function isAlive(pid: number): boolean {
  return signalIfAlive(pid, 0);
}

function signalIfAlive(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
