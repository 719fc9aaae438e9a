import type { RawFinding } from '../finding.ts';
import type { Fingerprinted } from './assign-fingerprints.ts';

export interface Matching {
  /** Matched findings: those of the head with their counterparts in the base. */
  pairs: ReadonlyMap<Fingerprinted, Fingerprinted>;
  /** Findings of the base without a counterpart. */
  gone: Fingerprinted[];
}

/**
 * Matches the findings of one engine one to one: first in the same file, then in the renamed file, then in any file if
 * the file of the base is gone.
 */
export function matchFindings(
  head: readonly Fingerprinted[],
  base: readonly Fingerprinted[],
  { renames, isInHead }: { renames: ReadonlyMap<string, string>; isInHead: (path: string) => boolean },
): Matching {
  const pairs = new Map<Fingerprinted, Fingerprinted>();
  let gone = [...base];
  /** Matches findings with equal keys, in the order of their lines. */
  const pairBy = (baseKey: (finding: RawFinding) => string | null, headKey: (finding: RawFinding) => string): void => {
    const waiting = new Map<string, Fingerprinted[]>();
    for (const one of head) {
      if (pairs.has(one)) continue;
      const key = headKey(one.finding);
      const same = waiting.get(key);
      if (same === undefined) waiting.set(key, [one]);
      else same.push(one);
    }
    for (const same of waiting.values()) same.reverse();
    gone = gone.filter((one) => {
      const key = baseKey(one.finding);
      const counterpart = key === null ? undefined : waiting.get(key)?.pop();
      if (counterpart !== undefined) pairs.set(counterpart, one);
      return counterpart === undefined;
    });
  };
  const inPath = ({ rule, path, identity }: RawFinding): string => JSON.stringify([rule, path, identity]);
  const anywhere = ({ rule, identity }: RawFinding): string => JSON.stringify([rule, identity]);

  pairBy(inPath, inPath);
  pairBy((finding) => {
    const path = finding.path === null ? undefined : renames.get(finding.path);
    return path === undefined ? null : inPath({ ...finding, path });
  }, inPath);
  pairBy((finding) => (finding.path === null || isInHead(finding.path) ? null : anywhere(finding)), anywhere);
  return { pairs, gone };
}
