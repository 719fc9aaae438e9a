import type { Severity } from '../severity.ts';

/** One finding or many that a person has decided to live with, until a day. */
export interface Suppression {
  /** A rule, or `secrets/*`. */
  rule: string;
  /** Glob; undefined: everywhere. */
  path?: string;
  reason: string;
  owner?: string;
  /** Last day it holds, `YYYY-MM-DD`, UTC. */
  expires: string;
}

/** Findings that become research tasks. */
export interface TaskRule {
  /** A rule, or `vulnerabilities/*`. */
  rule: string;
  /** The least severity. */
  severity: Severity;
}

/** What a project asks of its code: `.commandcenter.yml` of the base branch, with defaults for what it leaves open. */
export interface AnalysisPolicy {
  /** Highest allowed values; a condition that is null is not asked. */
  gate: {
    newFindings: Record<Severity, number | null>;
    /** Cyclomatic complexity of a new or changed function. */
    complexity: number | null;
    /** Percent of duplicated lines. */
    duplicationPercent: number | null;
  };
  /** Cyclomatic complexity from which a function is a finding. */
  complexityThreshold: number;
  /** Globs of paths that no engine looks at, but for secrets. */
  exclude: readonly string[];
  licences: { allow: readonly string[]; deny: readonly string[] };
  suppressions: readonly Suppression[];
  /** Of the default branch. `createIssues`: each task also becomes an issue, through the repository's integration. */
  tasks: { rules: readonly TaskRule[]; createIssues: boolean };
}
