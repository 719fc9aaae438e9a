import type { RawFinding } from '../finding.ts';
import type { FingerprintedFinding } from './fingerprints.ts';

export interface MatchedFindings {
  /** Matched findings: those of the head with their counterparts in the base. */
  pairs: ReadonlyMap<FingerprintedFinding, FingerprintedFinding>;
  /** Findings of the base without a counterpart. */
  unmatched: FingerprintedFinding[];
}

/**
 * Matches the findings of one engine one to one: first in the same file, then in any file if the file of the base no longer
 * exists.
 */
export function matchFindings(
  head: readonly FingerprintedFinding[],
  base: readonly FingerprintedFinding[],
  isInHead: (path: string) => boolean,
): MatchedFindings {
  const pairs = new Map<FingerprintedFinding, FingerprintedFinding>();
  let unmatched = [...base];
  /** Matches findings of the base and the head that have equal keys, in the order of their lines. */
  const pairBy = (baseKey: (finding: RawFinding) => string | null, headKey: (finding: RawFinding) => string): void => {
    const waiting = new Map<string, FingerprintedFinding[]>();
    for (const one of head) {
      if (pairs.has(one)) continue;
      const key = headKey(one.finding);
      const same = waiting.get(key);
      if (same === undefined) waiting.set(key, [one]);
      else same.push(one);
    }
    for (const same of waiting.values()) same.reverse();
    unmatched = unmatched.filter((one) => {
      const key = baseKey(one.finding);
      const counterpart = key === null ? undefined : waiting.get(key)?.pop();
      if (counterpart !== undefined) pairs.set(counterpart, one);
      return counterpart === undefined;
    });
  };
  const inPath = ({ rule, path, identity }: RawFinding): string => JSON.stringify([rule, path, identity]);
  const anywhere = ({ rule, identity }: RawFinding): string => JSON.stringify([rule, identity]);

  pairBy(inPath, inPath);
  pairBy((finding) => (finding.path === null || isInHead(finding.path) ? null : anywhere(finding)), anywhere);
  return { pairs, unmatched };
}
