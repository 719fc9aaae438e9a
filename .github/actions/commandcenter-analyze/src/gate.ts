import type { AnalysisReport } from '@commandcenter/analyzer';
import { ActionError } from './action-error.ts';
import type { FailOn } from './runner/inputs.ts';

type Condition = AnalysisReport['result']['gate']['conditions'][number];

/** Splits the failed conditions of the gate into those that fail the step and those that do not, depending on `fail-on-errors`. */
function failedConditions(
  { gate }: AnalysisReport['result'],
  failOn: FailOn,
): { counted: Condition[]; others: Condition[] } {
  const failed = gate.conditions.filter(({ passed }) => !passed);
  const isCounted = ({ name }: Condition): boolean =>
    failOn === 'gate' || (failOn === 'critical' && name === 'new_critical');
  return { counted: failed.filter(isCounted), others: failed.filter((condition) => !isCounted(condition)) };
}

/** Returns the error with which the step fails because of the analysis result, or null if the step passes. */
export function evaluateGate({ result }: AnalysisReport, failOn: FailOn): ActionError | null {
  const { counted } = failedConditions(result, failOn);
  if (counted.length > 0) return new ActionError('findings', counted.map(describeCondition).join(' '));
  // The project's policy may allow some critical findings, but `fail-on-errors` does not.
  if (failOn !== 'nothing' && result.critical_issues > 0) {
    return new ActionError(
      'findings',
      describeCondition({
        name: 'new_critical',
        passed: false,
        value: result.critical_issues,
        threshold: 0,
        fix: 'Fix or suppress with a reason. The policy allows some, but fail-on-errors does not.',
      }),
    );
  }
  if (failOn !== 'nothing' && !result.complete)
    return new ActionError('incomplete', describeIncomplete(result.engines));
  return null;
}

/** Describes a failed condition of the gate in a sentence such as `new_critical is 1, at most 0 is allowed: fix …`. */
function describeCondition({ name, value, threshold, fix }: Condition): string {
  const comparison = `${name} is ${value}, at most ${threshold} is allowed`;
  return fix === '' ? `${comparison}.` : `${comparison}: ${fix}`;
}

export function describeIncomplete(engines: AnalysisReport['result']['engines']): string {
  const named = engines
    .filter(({ complete }) => !complete)
    .map(({ name, reason = 'no reason given' }) => `${name}: ${reason}`);
  return `The analysis could not read everything. ${named.join(' ')}`.trim();
}

/** Describes failed conditions that do not fail the step, so that a green step does not hide them. Returns null if there are none. */
export function describeToleratedFailures({ result }: AnalysisReport, failOn: FailOn): string | null {
  const { others } = failedConditions(result, failOn);
  return others.length === 0 ? null : others.map(describeCondition).join(' ');
}
