import type { Finding } from '../finding.ts';
import type { SeverityCounts } from '../result.ts';
import type { FindingState } from '../severity.ts';

/** Counts the findings in the given states by severity. */
export function countBySeverity(findings: readonly Finding[], states: readonly FindingState[]): SeverityCounts {
  const counts: SeverityCounts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity, state } of findings) if (states.includes(state)) counts[severity] += 1;
  return counts;
}
