import type { Coverage } from '../engine.ts';
import type { Finding, RawFinding } from '../finding.ts';
import { oneLine } from '../report/printable.ts';
import { severities } from '../severity.ts';
import { assignFingerprints } from './assign-fingerprints.ts';
import { matchFindings } from './match-findings.ts';
import { type Sight, sightOf } from './sight.ts';

/** What one engine came to in one tree. */
export interface EngineFindings {
  engine: string;
  /** Undefined: it failed. */
  outcome: { findings: readonly RawFinding[]; coverage: Coverage } | undefined;
}

export interface CompareOptions {
  /** Paths of the base by what they have become. Of git; what it does not say is guessed from `isInHead`. */
  renames?: ReadonlyMap<string, string>;
  /** Whether the head has a file of this path. Absent: what has a finding is there, other paths are gone. */
  isInHead?: (path: string) => boolean;
  /** `moved` of earlier comparisons, by which findings keep their fingerprints over more than one. */
  known?: ReadonlyMap<string, string>;
}

export interface Comparison {
  /** Worst first, then by path and line; numbered in this order. */
  findings: Finding[];
  /** What the tree makes of a finding, and what it has been known by since before its file was moved: only where these differ. */
  moved: ReadonlyMap<string, string>;
  /** For people, by engine: where the comparison could not be a whole one. */
  notes: ReadonlyMap<string, string[]>;
  /** Engines that failed on the base: nothing of theirs is called new, so their result is not complete. */
  notCompared: readonly string[];
}

/**
 * Which findings are new, which stood in the base, which are gone. Without a base all are new.
 *
 * Findings are paired by rule, path and identity, as many as stand on both sides; then, of those left over, by rule and identity where
 * the file of the base was renamed or is gone. What is paired keeps the fingerprint of the base.
 *
 * An absence says something only where the engine looked. So: of an engine that failed on the base, or is not among those of the base
 * because it says nothing about a change, nothing is called new, or every old fault would be. Of one that failed on the head, or saw less of it than of the base, nothing is called fixed. One that saw only a part
 * of the base still finds what is new: a file too large for it would otherwise switch the gate off.
 */
export function compareWithBase(
  head: readonly EngineFindings[],
  base: readonly EngineFindings[] | null,
  options: CompareOptions = {},
): Comparison {
  const known = options.known ?? new Map<string, string>();
  const moved = new Map<string, string>();
  const notes = new Map<string, string[]>();
  const notCompared: string[] = [];
  const findings: Omit<Finding, 'id'>[] = [];
  const isInHead = options.isInHead ?? pathsOf(head);

  for (const { engine, outcome } of head) {
    const run = base?.find((other) => other.engine === engine);
    const before = run?.outcome;
    const sight =
      base === null ? 'no base' : run === undefined ? 'not asked' : sightOf(outcome?.coverage, before?.coverage);
    const now = assignFingerprints(engine, outcome?.findings ?? [], known);
    const then = assignFingerprints(engine, before?.findings ?? [], known);
    const { pairs, gone } = matchFindings(now, then, { renames: options.renames ?? new Map(), isInHead });

    for (const one of now) {
      const old = pairs.get(one);
      const kept = old?.fingerprint ?? one.fingerprint;
      if (kept !== one.made) moved.set(one.made, kept);
      const isNew = old === undefined && sight !== 'base unseen' && sight !== 'not asked';
      findings.push(toFinding(engine, one.finding, kept, isNew ? 'new' : 'existing', isNew && base !== null));
    }
    if (sight === 'seen') {
      for (const { finding, fingerprint } of gone)
        findings.push(toFinding(engine, finding, fingerprint, 'fixed', false));
    }
    if (sight === 'base unseen' && outcome !== undefined) notCompared.push(engine);
    const note = noteOn(sight, gone.length, now.length - pairs.size);
    if (note !== null) notes.set(engine, [note]);
  }
  findings.sort(worstFirst);
  return { findings: findings.map((finding, index) => ({ id: index + 1, ...finding })), moved, notes, notCompared };
}

function noteOn(sight: Sight | 'no base' | 'not asked', gone: number, unpaired: number): string | null {
  if (sight === 'base unseen' && unpaired > 0) {
    return `It did not run on the base, so none of its ${unpaired} findings is called new.`;
  }
  if (sight === 'less seen' && gone > 0) {
    return `It did not see all it saw of the base, so ${gone} findings that are not seen again are not called fixed.`;
  }
  if (sight === 'more seen' && unpaired > 0) {
    return 'It saw more than of the base: what it calls new can be old.';
  }
  return null;
}

const LONGEST_TITLE = 200;

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
    // Many a title has the path in it, and a path can have line breaks.
    title: oneLine(title, LONGEST_TITLE),
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
