/** Severities of findings from highest to lowest. */
export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** States of a finding relative to the base; without a base all findings are `new`. */
export const findingStates = ['new', 'existing', 'fixed', 'suppressed'] as const;
export type FindingState = (typeof findingStates)[number];
