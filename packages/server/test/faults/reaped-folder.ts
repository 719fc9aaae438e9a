import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ReapedFolder extends AsyncDisposable {
  path: string;
}

/**
 * Creates a temporary folder. It is removed, with all processes that work in it, when it is disposed or when this process ends for any
 * reason.
 */
export async function makeReapedFolder(): Promise<ReapedFolder> {
  const path = await mkdtemp(join(process.env.FAULTS_DIR ?? tmpdir(), 'ccfault-'));
  const reaper = spawn(process.execPath, [join(import.meta.dirname, 'reaper.ts'), path], {
    stdio: ['pipe', 'ignore', 'inherit'],
    // Run in a process group of its own, because Ctrl-C and the end of the terminal must reach only this process.
    detached: true,
  });
  const ended = once(reaper, 'exit');
  return {
    path,
    async [Symbol.asyncDispose]() {
      reaper.stdin.end();
      await ended;
    },
  };
}
