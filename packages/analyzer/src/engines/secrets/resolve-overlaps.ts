import type { Candidate } from './detector.ts';

/** Sorts candidates by offset and removes overlaps: the highest rank is kept, then the longest. */
export function keepMostSpecific(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const before = kept.at(-1);
    if (before === undefined || before.end <= candidate.start) {
      kept.push(candidate);
    } else if (compare(candidate, before) > 0) {
      kept[kept.length - 1] = candidate;
    }
  }
  return kept;
}

const compare = (a: Candidate, b: Candidate): number => a.rank - b.rank || a.end - a.start - (b.end - b.start);

const NEAR_LINES = 10;

/** Merges the id and the secret of an AWS key into one candidate at the id, because they are revoked together. */
export function mergeAwsKeyPairs(candidates: readonly Candidate[], lineAt: (at: number) => number): Candidate[] {
  const ids = candidates.filter(({ rule }) => rule === 'aws-access-key');
  if (ids.length === 0) return [...candidates];
  const merged = new Map<Candidate, Candidate>();
  const dropped = new Set<Candidate>();
  for (const secret of candidates) {
    if (secret.rule !== 'aws-secret-access-key') continue;
    const line = lineAt(secret.start);
    const id = ids.find((one) => !merged.has(one) && Math.abs(lineAt(one.start) - line) <= NEAR_LINES);
    if (id === undefined) continue;
    merged.set(id, { ...id, note: `Its secret key is in line ${line}.` });
    dropped.add(secret);
  }
  return candidates.filter((one) => !dropped.has(one)).map((one) => merged.get(one) ?? one);
}
