import type { Finding } from '../finding.ts';
import type { AnalysisReport, AnalysisResult, EngineReport, GateCondition, SeverityCounts } from '../result.ts';
import { type FindingState, type Severity, severities } from '../severity.ts';
import { oneLine } from './safe-text.ts';

/** A report without its summary and facts. The summary is built from this part of the report, so it must not be part of the input. */
export type SummaryInput = Omit<AnalysisReport, 'result' | 'facts'> & {
  result: Pick<AnalysisResult, 'gate' | 'engines' | 'complete'>;
};

export const countWords = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Formats the verdict: `Gate failed: 1 new critical finding, complexity 44`. It always mentions an incomplete analysis. */
export function verdictOf({ result: { gate, complete } }: SummaryInput): string {
  const incomplete = complete ? '' : ', but the analysis is not complete';
  if (gate.passed) return `Gate passed${incomplete}`;
  const reasons = gate.conditions.filter(({ passed }) => !passed).map(reasonOf);
  return `Gate failed: ${reasons.join(', ')}${complete ? '' : '; the analysis is not complete'}`;
}

function reasonOf({ name, value, threshold }: GateCondition): string {
  const severity = severityOf(name);
  const allowed = threshold === 0 ? '' : ` (${threshold} allowed)`;
  return severity === undefined
    ? `${conditionLabel(name).toLowerCase()} ${value}${allowed}`
    : `${countWords(value, `new ${severity} finding`)}${allowed}`;
}

/** Returns the name of a gate condition in words. */
export function conditionLabel(name: string): string {
  const severity = severityOf(name);
  if (severity !== undefined) return `New ${severity} findings`;
  if (name === 'complexity') return 'Complexity of a new function';
  return name === 'duplication_percent' ? 'Duplicated lines (%)' : oneLine(name, 60);
}

const severityOf = (condition: string): Severity | undefined =>
  severities.find((severity) => condition === `new_${severity}`);

/** Formats counts as `1 critical, 2 high`; `none` if there are no findings. */
export function severityWords(findings: readonly Finding[]): string {
  const counts = severities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${severity}`];
  });
  return counts.length === 0 ? 'none' : counts.join(', ');
}

export const withState = (findings: readonly Finding[], state: FindingState): Finding[] =>
  findings.filter((finding) => finding.state === state);

/** Returns the incomplete engines with their reasons, each in one line. */
export function incompleteEngines(engines: readonly EngineReport[]): { name: string; reason: string }[] {
  return engines
    .filter(({ complete }) => !complete)
    .map(({ name, reason }) => ({ name, reason: oneLine(reason ?? 'It does not say why.', 500) }));
}

/** Formats what was analyzed: `my-org/my-repo at f3b0d6f, compared with a1b2c3d`. */
export function subjectOf({ repository, depth }: SummaryInput): string {
  const commit = repository.commit === null ? '' : ` at ${repository.commit.slice(0, 12)}`;
  const base =
    repository.base === null ? 'without a base, so that all is new' : `compared with ${repository.base.slice(0, 12)}`;
  return `${oneLine(repository.name, 200)}${commit}, ${depth}, ${base}`;
}

/** Counts the findings in the given states by severity. */
export function countBySeverity(findings: readonly Finding[], states: readonly FindingState[]): SeverityCounts {
  const counts: SeverityCounts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity, state } of findings) if (states.includes(state)) counts[severity] += 1;
  return counts;
}
