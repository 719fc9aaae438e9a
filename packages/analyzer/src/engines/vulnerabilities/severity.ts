import type { Advisory } from '../../advisories/source.ts';
import type { Dependency } from '../../facts.ts';
import { type Severity, severities } from '../../severity.ts';

/** Scores that stand for the words of advisories without a score. */
const labelScores: Readonly<Record<string, number>> = { CRITICAL: 9.5, HIGH: 8, MODERATE: 5, LOW: 2 };

/** Unknown ones are taken for medium: seen, without stopping anybody. */
const unknownScore = 5;

/** By https://nvd.nist.gov/vuln-metrics/cvss; one level less where it only reaches development. A malicious package is critical anywhere. */
export function severityOf({ malicious, score, label }: Advisory, scope: Dependency['scope']): Severity {
  if (malicious) return 'critical';
  const known = score ?? labelScores[label ?? ''] ?? unknownScore;
  const level = known >= 9 ? 0 : known >= 7 ? 1 : known >= 4 ? 2 : 3;
  return severities[Math.min(level + (scope === 'development' ? 1 : 0), severities.length - 1)] ?? 'low';
}
