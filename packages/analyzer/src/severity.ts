/** From worst to least. */
export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** Against the base; without one all are `new`. */
export const findingStates = ['new', 'existing', 'fixed', 'suppressed'] as const;
export type FindingState = (typeof findingStates)[number];
