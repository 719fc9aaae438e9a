import type { Coverage } from '../engine.ts';

/**
 * Compares how much of each tree an engine could analyze. `less-of-head`: a missing finding may only be unseen.
 * `more-of-head`: an additional finding may be old. `base-failed`: nothing can be compared.
 */
export type CoverageComparison = 'seen' | 'less seen' | 'more seen' | 'base unseen';

/** An undefined coverage means that the engine failed. */
export function compareCoverage(head: Coverage | undefined, base: Coverage | undefined): CoverageComparison {
  if (base === undefined) return 'base unseen';
  if (head === undefined) return 'less seen';
  // A gap that both sides have, such as a file that is too large, does not prevent a comparison.
  if (gapsOf(head) === gapsOf(base)) return 'seen';
  return head.complete ? 'more seen' : 'less seen';
}

function gapsOf({ complete, skipped, reason = '' }: Coverage): string {
  if (complete) return 'none';
  return JSON.stringify([reason, skipped.map((group) => [group.reason, group.files, ...group.examples])]);
}
