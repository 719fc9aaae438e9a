import type { Advisory } from '../../advisories/source.ts';
import type { Dependency } from '../../facts.ts';
import { type Severity, severities } from '../../severity.ts';

/** Scores for the labels of advisories without a score. */
const labelScores: Readonly<Record<string, number>> = { CRITICAL: 9.5, HIGH: 8, MODERATE: 5, LOW: 2 };

/** An unknown severity counts as medium: visible, but not failing the default gate. */
const unknownScore = 5;

/**
 * Returns the severity by https://nvd.nist.gov/vuln-metrics/cvss, one level lower for development dependencies. A
 * malicious package is always critical.
 */
export function severityOf({ malicious, score, label }: Advisory, scope: Dependency['scope']): Severity {
  if (malicious) return 'critical';
  const known = score ?? labelScores[label ?? ''] ?? unknownScore;
  const level = known >= 9 ? 0 : known >= 7 ? 1 : known >= 4 ? 2 : 3;
  return severities[Math.min(level + (scope === 'development' ? 1 : 0), severities.length - 1)] ?? 'low';
}
