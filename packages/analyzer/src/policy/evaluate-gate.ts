import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import type { Gate, GateCondition } from '../result.ts';
import { severities } from '../severity.ts';
import type { AnalysisPolicy } from './policy.ts';

/** Id of the rule that reports complex functions; the value of its findings is the function's complexity. */
const complexityRule = 'complexity/high';
const named = 3;

/**
 * Evaluates the gate's conditions on a change. Suppressed findings do not count. A value that was not measured, because
 * the depth does not include it or its engine failed, is no condition: such gaps are reported as `complete: false`, not
 * by the gate.
 * @param findings after suppression, highest severity first
 */
export function evaluateGate(policy: AnalysisPolicy, findings: readonly Finding[], facts: Partial<Facts>): Gate {
  const added = findings.filter(({ state }) => state === 'new');
  const conditions: GateCondition[] = [];
  for (const severity of severities) {
    const threshold = policy.gate.newFindings[severity];
    if (threshold === null) continue;
    const counted = added.filter((finding) => finding.severity === severity);
    const passed = counted.length <= threshold;
    conditions.push({
      name: `new_${severity}`,
      passed,
      value: counted.length,
      threshold,
      fix: passed ? '' : fixOf('Fix or suppress with a reason', counted),
    });
  }
  if (policy.gate.complexity !== null && facts.complexity !== undefined) {
    conditions.push(complexityCondition(policy.gate.complexity, added));
  }
  if (policy.gate.duplicationPercent !== null && facts.duplication !== undefined) {
    const { percent } = facts.duplication;
    const passed = percent <= policy.gate.duplicationPercent;
    const fix = passed
      ? ''
      : fixOf(
          'Bring together what is written twice',
          added.filter(({ engine }) => engine === 'duplication'),
        );
    conditions.push({
      name: 'duplication_percent',
      passed,
      value: percent,
      threshold: policy.gate.duplicationPercent,
      fix,
    });
  }
  return { passed: conditions.every(({ passed }) => passed), conditions };
}

function complexityCondition(threshold: number, added: readonly Finding[]): GateCondition {
  const measured = added.filter(({ rule }) => rule === complexityRule);
  const over = measured.filter(({ value = 0 }) => value > threshold).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return {
    name: 'complexity',
    passed: over.length === 0,
    value: measured.reduce((highest, { value = 0 }) => Math.max(highest, value), 0),
    threshold,
    fix:
      over.length === 0 ? '' : fixOf(`Split until no function is above ${threshold}, or suppress with a reason`, over),
  };
}

/** Builds a text such as `Fix or suppress with a reason: src/a.ts:12 AWS access key; … and 4 more.` */
function fixOf(what: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return `${what}.`;
  const first = findings.slice(0, named).map((finding) => {
    const place = formatLocation(finding);
    const title = finding.title.length > 100 ? `${finding.title.slice(0, 99)}…` : finding.title;
    return place === null ? title : `${place} (${title})`;
  });
  const more = findings.length - first.length;
  return `${what}: ${first.join(', ')}${more === 0 ? '' : ` and ${more} more`}.`;
}

const formatLocation = ({ path, start_line }: Finding): string | null =>
  path === null ? null : start_line === null ? path : `${path}:${start_line}`;
