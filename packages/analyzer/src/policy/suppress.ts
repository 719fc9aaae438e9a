import type { Finding } from '../finding.ts';
import { matchPaths } from '../tree/path-glob.ts';
import type { Suppression } from './policy.ts';
import { matchesRule } from './rule-pattern.ts';

export interface Suppressed {
  /** All findings in the given order, with suppressed ones marked. */
  findings: Finding[];
  /** Messages about expired suppressions, at most 20. */
  notes: string[];
}

const maxNotes = 20;

/**
 * Marks findings that a suppression covers, with its reason and expiry: they are shown, but the gate does not count
 * them. Fixed findings stay fixed. If several suppressions cover a finding, the first one is used.
 */
export function suppress(findings: readonly Finding[], suppressions: readonly Suppression[], now: Date): Suppressed {
  const today = now.toISOString().slice(0, 10);
  const expired = suppressions.filter(({ expires }) => expires < today);
  const holding = suppressions.filter(({ expires }) => expires >= today).map(withMatcher);
  return {
    findings: findings.map((finding) => {
      if (finding.state === 'fixed') return finding;
      const cover = holding.find(({ covers }) => covers(finding));
      if (cover === undefined) return finding;
      const { reason, owner, expires } = cover.suppression;
      return {
        ...finding,
        state: 'suppressed',
        suppression: { reason, ...(owner === undefined ? {} : { owner }), expires },
      };
    }),
    notes: notesOn(expired),
  };
}

function withMatcher(suppression: Suppression): { suppression: Suppression; covers(finding: Finding): boolean } {
  const { rule, path } = suppression;
  const ofRule = (finding: Finding): boolean => matchesRule(rule, finding.rule);
  if (path === undefined) return { suppression, covers: ofRule };
  const ofPath = matchPaths([path]);
  return { suppression, covers: (finding) => ofRule(finding) && finding.path !== null && ofPath(finding.path) };
}

function notesOn(expired: readonly Suppression[]): string[] {
  const notes = expired.slice(0, maxNotes).map(({ rule, path, owner, expires }) => {
    const where = path === undefined ? '' : ` in ${path}`;
    const whose = owner === undefined ? '' : ` (${owner})`;
    return `The suppression of ${rule}${where}${whose} ended on ${expires}: mend what it covered, or decide anew.`;
  });
  if (expired.length > maxNotes) notes[maxNotes - 1] = `${expired.length - maxNotes + 1} more suppressions have ended.`;
  return notes;
}
