import type { Coverage } from '../engine.ts';

/**
 * How far what an engine saw of the head can be held against what it saw of the base. `less seen`: what is gone may only be unseen.
 * `more seen`: what is new may only have been unseen. `base unseen`: there is nothing to hold it against.
 */
export type Sight = 'seen' | 'less seen' | 'more seen' | 'base unseen';

/** Undefined: the engine failed. */
export function sightOf(head: Coverage | undefined, base: Coverage | undefined): Sight {
  if (base === undefined) return 'base unseen';
  if (head === undefined) return 'less seen';
  // A file that is too large for the engine is so on both sides: that keeps nothing from being compared.
  if (gapsOf(head) === gapsOf(base)) return 'seen';
  return head.complete ? 'more seen' : 'less seen';
}

function gapsOf({ complete, skipped, reason = '' }: Coverage): string {
  if (complete) return 'none';
  return JSON.stringify([reason, skipped.map((group) => [group.reason, group.files, ...group.examples])]);
}
