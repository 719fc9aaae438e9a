import { ActionError, exitCodes, reasonTitles } from './action-error.ts';
import { run } from './run.ts';
import { annotate } from './runner/log.ts';

/** The runner sends SIGINT when the workflow is cancelled, SIGTERM 7.5 seconds later. */
const cancelled = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => cancelled.abort(new ActionError('incomplete', 'The workflow was cancelled.')));
}

try {
  await run(process.env, cancelled.signal);
} catch (error) {
  const known = error instanceof ActionError ? error : undefined;
  const message =
    known?.message ?? `The Action has a fault, which is none of yours: ${(error as Error)?.stack ?? error}`;
  annotate('error', message, { title: known === undefined ? 'Fault of the Action' : reasonTitles[known.reason] });
  process.exitCode = known === undefined ? 1 : exitCodes[known.reason];
}
// What was given up may still be under way: nobody waits for it.
process.stdout.write('', () => process.exit());
