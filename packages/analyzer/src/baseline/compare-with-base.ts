import type { Coverage } from '../engine.ts';
import type { Finding, RawFinding } from '../finding.ts';
import { oneLine } from '../report/safe-text.ts';
import { severities } from '../severity.ts';
import { type CoverageComparison, compareCoverage } from './compare-coverage.ts';
import { assignFingerprints } from './fingerprints.ts';
import { matchFindings } from './match-findings.ts';

/** The outcome of one engine on one tree. */
export interface EngineFindings {
  engine: string;
  /** Findings and coverage of the engine; undefined if the engine failed. */
  outcome: { findings: readonly RawFinding[]; coverage: Coverage } | undefined;
}

export interface CompareOptions {
  /** Returns whether the head has a file at this path. By default only paths with findings count as present. */
  isInHead?: (path: string) => boolean;
  /** Value of `moved` from an earlier comparison, so that findings keep their fingerprints over several comparisons. */
  knownFingerprints?: ReadonlyMap<string, string>;
}

export interface Comparison {
  /** All findings with their states, sorted by severity, then path and line; `id` numbers them in this order. */
  findings: Finding[];
  /** Maps the fingerprint that was computed from this tree to the public one, only where they differ because a file was moved. */
  moved: ReadonlyMap<string, string>;
  /** Notes for the report, by engine: why its comparison is incomplete. */
  notes: ReadonlyMap<string, string[]>;
  /** Engines that failed on the base: none of their findings counts as new, so that the result is incomplete. */
  notCompared: readonly string[];
}

/**
 * Classifies findings as new, existing or fixed. Without a base all are new.
 * Findings are matched one to one by rule, path and identity, and the rest by rule and identity if the file of the base
 * no longer exists. A matched finding keeps the fingerprint of the base.
 * An absent finding means something only if the engine looked. Therefore no finding is new if the engine failed on the
 * base or is not part of the base's run, because every old finding would be; and none is fixed if the engine failed on
 * the head or saw less of it than of the base. If it saw only part of the base, findings are still new: otherwise one
 * file that is too large would switch the gate off.
 */
export function compareWithBase(
  head: readonly EngineFindings[],
  base: readonly EngineFindings[] | null,
  options: CompareOptions = {},
): Comparison {
  const knownFingerprints = options.knownFingerprints ?? new Map<string, string>();
  const moved = new Map<string, string>();
  const notes = new Map<string, string[]>();
  const notCompared: string[] = [];
  const findings: Omit<Finding, 'id'>[] = [];
  const isInHead = options.isInHead ?? pathsOf(head);

  for (const { engine, outcome } of head) {
    const run = base?.find((other) => other.engine === engine);
    const before = run?.outcome;
    const coverage =
      base === null
        ? 'no-base'
        : run === undefined
          ? 'not-run-on-base'
          : compareCoverage(outcome?.coverage, before?.coverage);
    const now = assignFingerprints(engine, outcome?.findings ?? [], knownFingerprints);
    const then = assignFingerprints(engine, before?.findings ?? [], knownFingerprints);
    const { pairs, unmatched } = matchFindings(now, then, isInHead);

    for (const one of now) {
      const old = pairs.get(one);
      const kept = old?.fingerprint ?? one.fingerprint;
      if (kept !== one.treeFingerprint) moved.set(one.treeFingerprint, kept);
      const isNew = old === undefined && coverage !== 'base-failed' && coverage !== 'not-run-on-base';
      findings.push(toFinding(engine, one.finding, kept, isNew ? 'new' : 'existing', isNew && base !== null));
    }
    if (coverage === 'comparable') {
      for (const { finding, fingerprint } of unmatched)
        findings.push(toFinding(engine, finding, fingerprint, 'fixed', false));
    }
    if (coverage === 'base-failed' && outcome !== undefined) notCompared.push(engine);
    const note = noteOn(coverage, unmatched.length, now.length - pairs.size);
    if (note !== null) notes.set(engine, [note]);
  }
  findings.sort(worstFirst);
  return { findings: findings.map((finding, index) => ({ id: index + 1, ...finding })), moved, notes, notCompared };
}

function noteOn(
  coverage: CoverageComparison | 'no-base' | 'not-run-on-base',
  unmatched: number,
  unpaired: number,
): string | null {
  if (coverage === 'base-failed' && unpaired > 0) {
    return `It did not run on the base, so none of its ${unpaired} findings is called new.`;
  }
  if (coverage === 'less-of-head' && unmatched > 0) {
    return `It did not see all it saw of the base, so ${unmatched} findings that are not seen again are not called fixed.`;
  }
  if (coverage === 'more-of-head' && unpaired > 0) {
    return 'It saw more than of the base: what it calls new can be old.';
  }
  return null;
}

const MAX_TITLE_LENGTH = 200;

function toFinding(
  engine: string,
  { identity: _identity, severityIfNew, severity, title, ...shown }: RawFinding,
  fingerprint: string,
  state: Finding['state'],
  againstBase: boolean,
): Omit<Finding, 'id'> {
  return {
    fingerprint,
    engine,
    state,
    ...shown,
    // Titles may contain a path, and a path may contain line breaks.
    title: oneLine(title, MAX_TITLE_LENGTH),
    severity: againstBase ? (severityIfNew ?? severity) : severity,
  };
}

const pathsOf = (head: readonly EngineFindings[]): ((path: string) => boolean) => {
  const paths = new Set(head.flatMap(({ outcome }) => outcome?.findings.map(({ path }) => path) ?? []));
  return (path) => paths.has(path);
};

const worstFirst = (a: Omit<Finding, 'id'>, b: Omit<Finding, 'id'>): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  compare(a.path ?? '', b.path ?? '') ||
  (a.start_line ?? 0) - (b.start_line ?? 0) ||
  compare(a.rule, b.rule) ||
  compare(a.fingerprint, b.fingerprint);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
