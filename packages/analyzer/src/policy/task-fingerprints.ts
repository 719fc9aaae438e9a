import type { Finding } from '../finding.ts';
import { severities } from '../severity.ts';
import type { AnalysisPolicy, TaskRule } from './policy.ts';
import { matchesRule } from './rule-pattern.ts';

/**
 * Returns the fingerprints of findings that should have tasks. Suppressed and fixed findings have none, so that their
 * tasks close.
 */
export function taskFingerprints({ tasks }: AnalysisPolicy, findings: readonly Finding[]): string[] {
  const followed = findings.filter(
    (finding) =>
      (finding.state === 'new' || finding.state === 'existing') && tasks.rules.some((rule) => covers(rule, finding)),
  );
  return [...new Set(followed.map(({ fingerprint }) => fingerprint))];
}

function covers({ rule, severity }: TaskRule, finding: Finding): boolean {
  return matchesRule(rule, finding.rule) && severities.indexOf(finding.severity) <= severities.indexOf(severity);
}
