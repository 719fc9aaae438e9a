/**
 * Reasons why the step fails. `input`: the workflow passed an invalid value. `findings`: the gate failed. `incomplete`: the analysis did
 * not finish or could not read everything. `server`: CommandCenter cannot be reached.
 */
export type FailureReason = 'input' | 'findings' | 'incomplete' | 'server';

/** Exit codes of the process, so that a wrapper can distinguish the reasons. The command line uses the same codes. */
export const exitCodes: Readonly<Record<FailureReason, number>> = { findings: 1, input: 2, server: 3, incomplete: 4 };

/** Titles of the annotation that reports a failure, by its reason. */
export const reasonTitles: Readonly<Record<FailureReason, string>> = {
  input: 'Wrong input',
  findings: 'Findings',
  incomplete: 'Incomplete analysis',
  server: 'Server unreachable',
};

/** Ends the step with a message of one line that says how to fix the problem. */
export class ActionError extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ActionError';
    this.reason = reason;
  }
}
