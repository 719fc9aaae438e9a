import { createHash } from 'node:crypto';
import type { Coverage, Engine } from '../../engine.ts';
import type { DuplicationFacts } from '../../facts.ts';
import type { RawFinding } from '../../finding.ts';
import { SkippedPaths } from '../../tree/skipped-paths.ts';
import { isTestPath } from '../../tree/test-path.ts';
import { type Clone, findClones } from './find-clones.ts';
import { duplicationInspector, type FileCode } from './inspector.ts';
import { type LineSequence, sequenceLines } from './line-sequence.ts';

const MAX_LINES = 10_000_000;
const MAX_FINDINGS = 1000;
/** Clones with more lines than this are of medium severity. */
const LONG = 100;
const PLACES_NAMED = 5;

/**
 * Finds duplicated code: lines that are equal apart from white space, comments and imports, also across files. Tests
 * and examples are not compared, because they repeat themselves on purpose.
 */
export const duplicationEngine: Engine = {
  name: duplicationInspector.name,
  version: duplicationInspector.version,
  depth: duplicationInspector.depth,
  async run(_tree, context) {
    const { results, coverage } = context.inspected<FileCode>(duplicationInspector.name);
    const { sources, seen } = chooseSources(results, coverage);
    const sequence = sequenceLines(sources);
    const clones = findClones(sequence);
    const groups = groupClones(sequence, clones);
    const findings = groups.slice(0, MAX_FINDINGS).map((group) => findingOf(sequence, group));
    if (groups.length > MAX_FINDINGS) {
      seen.notes = [
        ...(seen.notes ?? []),
        `The longest ${MAX_FINDINGS} of ${groups.length} duplicated texts are listed.`,
      ];
    }
    return { findings, facts: { duplication: factsOf(sequence, clones) }, coverage: seen };
  },
};

function chooseSources(
  results: ReadonlyMap<string, FileCode>,
  coverage: Coverage,
): { sources: [path: string, lines: number, code: string][]; seen: Coverage } {
  const skipped = new SkippedPaths(coverage.skipped);
  const sources: [string, number, string][] = [];
  const seen: Coverage = { ...coverage };
  let total = 0;
  const markIncomplete = (reason: string): void => {
    seen.complete = false;
    seen.reason ??= reason;
  };
  for (const [path, file] of results) {
    if ('skipped' in file) {
      skipped.add(file.skipped, path);
      if (!file.harmless) markIncomplete(`Not every file was looked at: ${path} is ${file.skipped}.`);
    } else if (isTestPath(path)) skipped.add('tests and examples', path);
    else if (total + file.lines > MAX_LINES) {
      skipped.add(`beyond the ${MAX_LINES} lines that are compared`, path);
      markIncomplete(
        `There are more than the ${MAX_LINES} lines that are compared: exclude paths in .commandcenter.yml.`,
      );
    } else {
      total += file.lines;
      sources.push([path, file.lines, file.code]);
    }
  }
  return { sources, seen: { ...seen, filesSeen: sources.length, skipped: skipped.list() } };
}

/** A group of clones: all places with the same code lines, in order. */
interface CloneGroup {
  identity: string;
  length: number;
  places: number[];
}

/** Groups clones with the same code lines; returns the groups with the longest clones first. */
function groupClones({ hashes }: LineSequence, clones: readonly Clone[]): CloneGroup[] {
  const groups = new Map<string, CloneGroup>();
  for (const { first, second, length } of clones) {
    const identity = hashText(hashes.subarray(first, first + length));
    const group = groups.get(identity) ?? { identity, length, places: [first] };
    if (!group.places.includes(first)) group.places.push(first);
    group.places.push(second);
    groups.set(identity, group);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

/** Hashes code lines without white space, comments and imports, based on the hashes of the single lines. */
const hashText = (lines: Uint32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(lines.buffer, lines.byteOffset, lines.byteLength))
    .digest('hex')
    .slice(0, 32);

interface Place {
  path: string;
  start: number;
  end: number;
}

function findingOf(sequence: LineSequence, { identity, length, places }: CloneGroup): RawFinding {
  const [place, ...others] = places.map((at) => placeOf(sequence, at, length));
  const { path, start, end } = place ?? { path: '', start: 1, end: 1 };
  const named = others.slice(0, PLACES_NAMED).map((other) => `${other.path}:${other.start}-${other.end}`);
  const more = others.length > PLACES_NAMED ? ` and ${others.length - PLACES_NAMED} more places` : '';
  const lines = end - start + 1;
  return {
    rule: 'duplication/clone',
    severity: lines > LONG ? 'medium' : 'low',
    title: `${lines} lines that stand at ${others.length + 1} places`,
    message: `These lines also stand in ${named.join(', ')}${more}: who mends or changes one has to find the others.`,
    path,
    start_line: start,
    end_line: end,
    fix: 'Write them once, as a function or module that all places use.',
    value: lines,
    identity,
  };
}

function placeOf({ files, owners, numbers }: LineSequence, at: number, length: number): Place {
  return {
    path: files[owners[at] ?? 0]?.path ?? '',
    start: numbers[at] ?? 1,
    end: numbers[at + length - 1] ?? 1,
  };
}

function factsOf({ files, numbers, owners }: LineSequence, clones: readonly Clone[]): DuplicationFacts {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const marked = new Uint8Array(numbers.length);
  for (const { first, second, length } of clones) {
    marked.fill(1, first, first + length);
    marked.fill(1, second, second + length);
  }
  let duplicated = 0;
  for (const [at, mark] of marked.entries()) {
    if (mark === 0) continue;
    // Lines between two lines of a clone (blank, comment) count as duplicated too.
    const follows = at > 0 && marked[at - 1] === 1 && owners[at - 1] === owners[at];
    duplicated += follows ? (numbers[at] ?? 0) - (numbers[at - 1] ?? 0) : 1;
  }
  return {
    lines,
    duplicated_lines: duplicated,
    percent: lines === 0 ? 0 : Math.round((duplicated / lines) * 10_000) / 100,
    clones: clones.length,
  };
}
