/**
 * Why a step fails. `input`: what the workflow gives is wrong, `findings`: the gate, `incomplete`: the analysis did not see all or did not
 * end, `server`: CommandCenter cannot be reached.
 */
export type FailureReason = 'input' | 'findings' | 'incomplete' | 'server';

/** Of the process, so that a wrapper can tell the reasons apart. As the command line's where both have them. */
export const exitCodes: Readonly<Record<FailureReason, number>> = { findings: 1, input: 2, server: 3, incomplete: 4 };

/** What an annotation says first. */
export const reasonTitles: Readonly<Record<FailureReason, string>> = {
  input: 'Wrong input',
  findings: 'Findings',
  incomplete: 'Incomplete analysis',
  server: 'Server unreachable',
};

/** Ends the step, with one line that says what to do. */
export class ActionError extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ActionError';
    this.reason = reason;
  }
}
