import type { RawFinding } from '../finding.ts';
import { fingerprint } from './fingerprint.ts';

export interface Fingerprinted {
  finding: RawFinding;
  /** As the tree alone makes it. */
  made: string;
  /** As the finding is known by: what it was first seen as, where files have been moved since. */
  fingerprint: string;
}

/**
 * Fingerprints of one engine's findings, each once.
 *
 * @param known by what the tree makes: what the finding has been known by since its file had another name
 */
export function assignFingerprints(
  engine: string,
  findings: readonly RawFinding[],
  known: ReadonlyMap<string, string>,
): Fingerprinted[] {
  const occurrences = new Map<string, number>();
  const made = [...findings].sort(byPlace).map((finding) => {
    const key = JSON.stringify([finding.rule, finding.path, finding.identity]);
    const occurrence = occurrences.get(key) ?? 0;
    occurrences.set(key, occurrence + 1);
    return { finding, occurrence, made: fingerprint(engine, finding, occurrence) };
  });
  // A file moved, and another one like it now has its former name: the moved one has the older right.
  const used = new Set(made.flatMap((one) => known.get(one.made) ?? []));
  return made.map(({ finding, occurrence, made: own }) => {
    const kept = known.get(own);
    if (kept !== undefined) return { finding, made: own, fingerprint: kept };
    let next = own;
    for (let other = occurrence + findings.length; used.has(next); other += 1)
      next = fingerprint(engine, finding, other);
    used.add(next);
    return { finding, made: own, fingerprint: next };
  });
}

const byPlace = (a: RawFinding, b: RawFinding): number =>
  (a.start_line ?? 0) - (b.start_line ?? 0) || (a.end_line ?? 0) - (b.end_line ?? 0);
