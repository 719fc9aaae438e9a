import { ActionError, exitCodes, reasonTitles } from './action-error.ts';
import { run } from './run.ts';
import { annotate } from './runner/log.ts';

/** Cancels the step when the runner sends a signal: SIGINT when the workflow is cancelled, and SIGTERM 7.5 seconds later. */
const cancelled = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => cancelled.abort(new ActionError('incomplete', 'The workflow was cancelled.')));
}

try {
  await run(process.env, cancelled.signal);
} catch (error) {
  const failure = error instanceof ActionError ? error : undefined;
  const message =
    failure?.message ?? `This is a bug of the Action, not of your workflow: ${(error as Error)?.stack ?? error}`;
  annotate('error', message, { title: failure === undefined ? 'Bug of the Action' : reasonTitles[failure.reason] });
  process.exitCode = failure === undefined ? 1 : exitCodes[failure.reason];
}
// Exit explicitly, because abandoned operations may still be running.
process.stdout.write('', () => process.exit());
