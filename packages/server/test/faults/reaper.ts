import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `node reaper.ts <folder>` waits for the end of its standard input, which comes when the process at the other end has ended for any
 * reason. It then kills all processes that work in the folder or name it in their environment, unmounts everything in it, and removes it.
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
    // The process has ended, or belongs to another user.
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has ended by itself.
  }
}
