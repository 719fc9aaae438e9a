import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { waitFor } from './wait-for.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

export interface ServerProcess {
  pid: number;
  /** Resolves to the exit code, or to -1 if a signal ended the process. */
  exited: Promise<number>;
  /** Waits until the server accepts requests. Throws with the output of the process if it ends before. */
  ready(): Promise<{ url: string }>;
  /** Returns the admin token that the first start prints. Throws if none was printed. */
  printedToken(): string;
  stdout(): string;
  stderr(): string;
  stderrLines(): string[];
  /** Sends the signal, waits for the end of the process and returns its exit code. */
  stop(signal: NodeJS.Signals): Promise<number>;
  kill(signal: NodeJS.Signals): Promise<number>;
  /** Stops reading the process's log, as a log collector that hangs does, so that the pipe fills up. */
  stopReadingLog(): void;
  readLogAgain(): void;
  /** Returns the ids of the processes that still work in the server's data folder. */
  processesLeft(): Promise<number[]>;
}

/** Starts the real server in its own process, on a free port. Of this process's environment it gets only PATH. */
export function startServerProcess(environment: Record<string, string> & { DATA_DIR: string }): ServerProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, PORT: '0', ...environment },
    // Start the server in a folder without `.env`: in the root of the repository it would read the `.env` of a developer.
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let ended = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = new Promise<number>((done) => {
    child.once('close', (code) => {
      ended = true;
      done(code ?? -1);
    });
  });
  // Kill the server even if a test fails before it has stopped it.
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('close', () => process.off('exit', endWithUs));
  const stop = (signal: NodeJS.Signals): Promise<number> => {
    child.kill(signal);
    return exited;
  };

  return {
    pid: child.pid as number,
    exited,
    stdout: () => stdout,
    stderr: () => stderr,
    stderrLines: () => stderr.trim().split('\n'),
    async ready() {
      const url = await waitFor('the server to be ready', () => {
        if (ended) throw new Error(`the server ended: ${stdout}${stderr}`);
        // Wait for the line `API reference` at the end of the output: the admin token is printed between it and the line `is ready`, and
        // may arrive in a later chunk.
        return /is ready: (\S+)[\s\S]*API reference: /.exec(stdout)?.[1];
      });
      return { url };
    },
    printedToken() {
      const token = /Admin token .*: (cct_\S+)/.exec(stdout)?.[1];
      if (token === undefined) throw new Error(`no token in: ${stdout}`);
      return token;
    },
    stop,
    kill: stop,
    stopReadingLog: () => void child.stderr.pause(),
    readLogAgain: () => void child.stderr.resume(),
    processesLeft: () => findProcesses(resolve(environment.DATA_DIR)),
  };
}

async function findProcesses(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const commandLines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => commandLines[index]?.includes(folder));
}
