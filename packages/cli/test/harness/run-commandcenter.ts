import { execFile } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../../bin/commandcenter.js');
const LONGEST_OUTPUT = 256 * 1024 ** 2;

export interface Outcome {
  /** Exit code of the process; null if a signal ended it, for example after the time limit. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** The only environment variables of the process besides PATH. */
  environment?: Record<string, string>;
  /** Working directory of the process. Default: a folder without a `.env`. */
  cwd?: string;
  /** Time limit in milliseconds. The default of 2 minutes is reached only if the process hangs. */
  limitMs?: number;
}

/** Runs `commandcenter …` in a separate process, as a person would. */
export function runCommandcenter(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { environment = {}, cwd = import.meta.dirname, limitMs = 120_000 } = options;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, ...args],
      { env: { PATH: process.env.PATH, ...environment }, cwd, timeout: limitMs, maxBuffer: LONGEST_OUTPUT },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ code, stdout, stderr });
      },
    );
  });
}
