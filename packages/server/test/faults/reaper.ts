import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `node reaper.ts <folder>`: when its standard input ends, however the process at its other end has ended, kills all that works in the
 * folder or has it in its environment, unmounts what is mounted in it, and removes it.
 */
const [folder = ''] = process.argv.slice(2);
const ROUNDS = 500;
const ROUND_MS = 20;

process.chdir('/');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume();
process.stdin.once('close', () => void clean());

async function clean(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = findProcesses();
    if (pids.length === 0) break;
    for (const pid of pids) kill(pid);
    await sleep(ROUND_MS);
  }
  for (const place of readFileSync('/proc/mounts', 'utf8').matchAll(/^\S+ (\S+)/gm)) {
    if (place[1]?.startsWith(`${folder}/`)) execFileSync('umount', ['--lazy', place[1]]);
  }
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

function findProcesses(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && isInFolder(pid));
}

function isInFolder(pid: number): boolean {
  try {
    if (`${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`)) return true;
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder);
  } catch {
    // It has ended, or belongs to somebody else.
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
