import type { Coverage } from '../engine.ts';

/**
 * Compares how much of each tree an engine could analyze. `comparable`: equally much. `less-of-head`: a missing finding may only be unseen.
 * `more-of-head`: an additional finding may be old. `base-failed`: nothing can be compared.
 */
export type CoverageComparison = 'comparable' | 'less-of-head' | 'more-of-head' | 'base-failed';

/** An undefined coverage means that the engine failed. */
export function compareCoverage(head: Coverage | undefined, base: Coverage | undefined): CoverageComparison {
  if (base === undefined) return 'base-failed';
  if (head === undefined) return 'less-of-head';
  // A gap that both sides have, such as a file that is too large, does not prevent a comparison.
  if (gapsOf(head) === gapsOf(base)) return 'comparable';
  return head.complete ? 'more-of-head' : 'less-of-head';
}

function gapsOf({ complete, skipped, reason = '' }: Coverage): string {
  if (complete) return 'none';
  return JSON.stringify([reason, skipped.map((group) => [group.reason, group.files, ...group.examples])]);
}
