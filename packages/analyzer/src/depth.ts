/** The depth of an analysis; each one includes the ones before it. */
export const depths = ['quick', 'standard', 'comprehensive'] as const;
export type Depth = (typeof depths)[number];

/** Returns whether an analysis of depth `depth` includes what needs at least the depth `needed`. */
export const includesDepth = (depth: Depth, needed: Depth): boolean => depths.indexOf(depth) >= depths.indexOf(needed);

/** Number of past commits that a comprehensive analysis reads. */
export const HISTORY_COMMITS = 5000;
