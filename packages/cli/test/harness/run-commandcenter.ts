import { execFile } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../../bin/commandcenter.js');
const LONGEST_OUTPUT = 256 * 1024 ** 2;

export interface Outcome {
  /** What it ended with; null: a signal ended it, for example because it took longer than the limit. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** The only variables that are set besides PATH. */
  environment?: Record<string, string>;
  /** Default: a folder without an `.env`. */
  cwd?: string;
  /** Milliseconds after which it hangs, for the test: default 2 minutes, which only a broken one needs. */
  limitMs?: number;
}

/** Runs `commandcenter …` as a person would. */
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
