import type { Severity } from '../severity.ts';

/** Findings that a person accepted until a given day. */
export interface Suppression {
  /** A rule id, or all rules of an engine: `secrets/*`. */
  rule: string;
  /** Glob; all paths if absent. */
  path?: string;
  reason: string;
  owner?: string;
  /** Last day on which it applies, `YYYY-MM-DD`, UTC. */
  expires: string;
}

/** Selects findings that become tasks. */
export interface TaskRule {
  /** A rule id, or all rules of an engine: `vulnerabilities/*`. */
  rule: string;
  /** The lowest severity that is included. */
  severity: Severity;
}

/** The policy of a project: `.commandcenter.yml` of the base branch, completed with defaults. */
export interface AnalysisPolicy {
  /** Maximum values; null disables a condition. */
  gate: {
    newFindings: Record<Severity, number | null>;
    /** Cyclomatic complexity of a new or changed function. */
    complexity: number | null;
    /** Percentage of duplicated lines. */
    duplicationPercent: number | null;
  };
  /** Cyclomatic complexity from which a function becomes a finding. */
  complexityThreshold: number;
  /** Globs of paths that only the secrets and lines engines see. */
  exclude: readonly string[];
  licences: { allow: readonly string[]; deny: readonly string[] };
  suppressions: readonly Suppression[];
  /**
   * Findings of the default branch that become tasks. With `createIssues` each task also becomes an issue, through the
   * repository's integration.
   */
  tasks: { rules: readonly TaskRule[]; createIssues: boolean };
}
