import type { Severity } from '../severity.ts';

/** Findings that a person accepted until a given day. */
export interface Suppression {
  /** Rule to which the suppression applies: a rule id, or all rules of an engine, such as `secrets/*`. */
  rule: string;
  /** Glob of the paths to which the suppression applies; all paths if absent. */
  path?: string;
  reason: string;
  owner?: string;
  /** Last day on which the suppression applies, `YYYY-MM-DD`, UTC. */
  expires: string;
}

/** Selects findings that become tasks. */
export interface TaskRule {
  /** Rule whose findings become tasks: a rule id, or all rules of an engine, such as `vulnerabilities/*`. */
  rule: string;
  /** The lowest severity of findings that become tasks. */
  severity: Severity;
}

/** The policy of a project: `.commandcenter.yml` of the base branch, completed with defaults. */
export interface AnalysisPolicy {
  /** Maximum values of the gate's conditions; null disables a condition. */
  gate: {
    newFindings: Record<Severity, number | null>;
    /** Maximum cyclomatic complexity of a new or changed function. */
    complexity: number | null;
    /** Maximum percentage of duplicated lines. */
    duplicationPercent: number | null;
  };
  /** Cyclomatic complexity from which a function becomes a finding. */
  complexityThreshold: number;
  /** Globs of paths that are excluded from the analysis: only the engines for secrets and lines see them. */
  exclude: readonly string[];
  licences: { allow: readonly string[]; deny: readonly string[] };
  suppressions: readonly Suppression[];
  /**
   * Findings of the default branch that become tasks. With `createIssues` each task also becomes an issue, through the
   * repository's integration.
   */
  tasks: { rules: readonly TaskRule[]; createIssues: boolean };
}
