import type { AnalysisReport } from '@commandcenter/analyzer';
import { ActionError } from './action-error.ts';
import type { FailOn } from './runner/inputs.ts';

type Condition = AnalysisReport['result']['gate']['conditions'][number];

/** Failed conditions of the gate: those that fail the step, and those that let it pass. */
function failedConditions(
  { gate }: AnalysisReport['result'],
  failOn: FailOn,
): { counted: Condition[]; others: Condition[] } {
  const failed = gate.conditions.filter(({ passed }) => !passed);
  const isCounted = ({ name }: Condition): boolean =>
    failOn === 'gate' || (failOn === 'critical' && name === 'new_critical');
  return { counted: failed.filter(isCounted), others: failed.filter((condition) => !isCounted(condition)) };
}

/** Why this result fails the step; null: it does not. */
export function judge({ result }: AnalysisReport, failOn: FailOn): ActionError | null {
  const { counted } = failedConditions(result, failOn);
  if (counted.length > 0) return new ActionError('findings', counted.map(inWords).join(' '));
  // A policy may allow some; whoever asked for this did not.
  if (failOn !== 'nothing' && result.critical_issues > 0) {
    return new ActionError(
      'findings',
      inWords({
        name: 'new_critical',
        passed: false,
        value: result.critical_issues,
        threshold: 0,
        fix: 'Fix or suppress with a reason. The policy allows some; fail-on-errors does not.',
      }),
    );
  }
  if (failOn !== 'nothing' && !result.complete) return new ActionError('incomplete', incompleteWords(result.engines));
  return null;
}

/** `new_critical is 1, at most 0 is allowed: mend …` */
function inWords({ name, value, threshold, fix }: Condition): string {
  const what = `${name} is ${value}, at most ${threshold} is allowed`;
  return fix === '' ? `${what}.` : `${what}: ${fix}`;
}

export function incompleteWords(engines: AnalysisReport['result']['engines']): string {
  const named = engines
    .filter(({ complete }) => !complete)
    .map(({ name, reason = 'it does not say why' }) => `${name}: ${reason}`);
  return `Not everything could be looked at. ${named.join(' ')}`.trim();
}

/** Failed conditions that let the step pass: it is green, and must not hide them. Null: there are none. */
export function passedOver({ result }: AnalysisReport, failOn: FailOn): string | null {
  const { others } = failedConditions(result, failOn);
  return others.length === 0 ? null : others.map(inWords).join(' ');
}
