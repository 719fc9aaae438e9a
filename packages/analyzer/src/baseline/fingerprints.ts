import { createHash } from 'node:crypto';
import type { RawFinding } from '../finding.ts';

export interface FingerprintedFinding {
  finding: RawFinding;
  /** Fingerprint of the finding that was computed from this tree alone. */
  treeFingerprint: string;
  /** Public fingerprint of the finding: the one with which it was first reported, also if its file has been moved since. */
  fingerprint: string;
}

/**
 * Assigns a unique fingerprint to each of an engine's findings.
 * @param knownFingerprints by the fingerprint from the tree: the fingerprint that the finding had before its file was moved
 */
export function assignFingerprints(
  engine: string,
  findings: readonly RawFinding[],
  knownFingerprints: ReadonlyMap<string, string>,
): FingerprintedFinding[] {
  const occurrences = new Map<string, number>();
  const numbered = [...findings].sort(byPlace).map((finding) => {
    const key = JSON.stringify([finding.rule, finding.path, finding.identity]);
    const occurrence = occurrences.get(key) ?? 0;
    occurrences.set(key, occurrence + 1);
    return { finding, occurrence, treeFingerprint: fingerprint(engine, finding, occurrence) };
  });
  // If a file was moved and a similar file now has its former name, the moved file keeps the fingerprint.
  const used = new Set(numbered.flatMap((one) => knownFingerprints.get(one.treeFingerprint) ?? []));
  return numbered.map(({ finding, occurrence, treeFingerprint: own }) => {
    const kept = knownFingerprints.get(own);
    if (kept !== undefined) return { finding, treeFingerprint: own, fingerprint: kept };
    let next = own;
    for (let other = occurrence + findings.length; used.has(next); other += 1)
      next = fingerprint(engine, finding, other);
    used.add(next);
    return { finding, treeFingerprint: own, fingerprint: next };
  });
}

const byPlace = (a: RawFinding, b: RawFinding): number =>
  (a.start_line ?? 0) - (b.start_line ?? 0) || (a.end_line ?? 0) - (b.end_line ?? 0);

/**
 * Identifies a finding across all analyses of its repository. It is computed from values that survive moved and
 * reformatted lines, so neither from line numbers nor from texts.
 * @param occurrence counted from 0 among findings with the same rule, path and identity, in the order of their lines
 * @returns 32 hexadecimal digits
 */
export function fingerprint(
  engine: string,
  finding: Pick<RawFinding, 'rule' | 'path' | 'identity'>,
  occurrence: number,
): string {
  const parts = [engine, finding.rule, finding.path, finding.identity, occurrence];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
