/** How deep an analysis looks; each depth does what the ones before it do. */
export const depths = ['quick', 'standard', 'comprehensive'] as const;
export type Depth = (typeof depths)[number];

/** Whether an analysis of `depth` includes what needs `needed`. */
export const includesDepth = (depth: Depth, needed: Depth): boolean => depths.indexOf(depth) >= depths.indexOf(needed);
