/** The rules by which a conflict is decided: the newer edit wins, the item wins, the task wins, or a person decides. */
export const conflictPolicies = ['newest', 'remote', 'local', 'manual'] as const;
export type ConflictPolicy = (typeof conflictPolicies)[number];

/**
 * The outcome of a conflict: the task's value won (`ours`), the item's value won (`theirs`), or both sides got a value that a person gave
 * or that both were set to (`merged`). While a conflict is `open`, its field is frozen: each side keeps its own value until a person
 * decides.
 */
export const conflictOutcomes = ['open', 'ours', 'theirs', 'merged'] as const;
export type ConflictOutcome = (typeof conflictOutcomes)[number];
