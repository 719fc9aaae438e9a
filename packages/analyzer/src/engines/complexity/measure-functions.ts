import type { Node, QueryMatch } from '@vscode/tree-sitter-wasm';

export interface FunctionComplexity {
  /** Qualified name of the function: `Class.method`, `outer.inner`; `(anonymous)` if the function has no name. */
  name: string;
  startLine: number;
  endLine: number;
  /** Cyclomatic complexity: 1 plus the number of decision points. */
  complexity: number;
  /**
   * Line numbers of the function's decision points (branches and loops), ascending and without duplicates; absent for functions of low
   * complexity.
   */
  branchLines?: number[];
}

interface Place {
  start: number;
  end: number;
  kind: 'function' | 'scope' | 'outside';
  measured: FunctionComplexity;
  branches: number[];
}

const MAX_NAME_LENGTH = 120;
const MAX_QUALIFIED_NAME_LENGTH = 300;
/**
 * Lowest complexity for which the lines of a function's decision points (`branchLines`) are kept; simpler functions omit them to save
 * memory.
 */
const BRANCHES_FROM = 8;
const MAX_BRANCH_LINES = 60;

/** Measures the functions that a language's query matched; returns them in the order of their beginnings. */
export function measureFunctions(matches: readonly QueryMatch[], text: string): FunctionComplexity[] {
  const { places, decisions } = readMatches(matches, text);
  places.sort((a, b) => a.start - b.start || b.end - a.end);
  decisions.sort((a, b) => a.start - b.start);
  const around: Place[] = [];
  const functions: FunctionComplexity[] = [];
  let next = 0;
  const countUntil = (position: number): void => {
    for (
      let decision = decisions[next];
      decision !== undefined && decision.start < position;
      decision = decisions[next]
    ) {
      while ((around.at(-1)?.end ?? Number.POSITIVE_INFINITY) <= decision.start) around.pop();
      const owner = around.findLast(({ kind }) => kind !== 'scope');
      if (owner?.kind === 'function') {
        owner.measured.complexity += 1;
        if (owner.branches.at(-1) !== decision.line) owner.branches.push(decision.line);
      }
      next += 1;
    }
  };
  for (const place of places) {
    countUntil(place.start);
    while ((around.at(-1)?.end ?? Number.POSITIVE_INFINITY) <= place.start) around.pop();
    const outer = around.at(-1)?.measured.name;
    const { measured } = place;
    if (outer !== undefined) measured.name = `${outer}.${measured.name}`.slice(-MAX_QUALIFIED_NAME_LENGTH);
    around.push(place);
    if (place.kind === 'function') functions.push(measured);
  }
  countUntil(Number.POSITIVE_INFINITY);
  for (const { measured, branches } of places) {
    if (measured.complexity >= BRANCHES_FROM) measured.branchLines = branches.slice(0, MAX_BRANCH_LINES);
  }
  return functions;
}

interface Decision {
  start: number;
  line: number;
}

function readMatches(matches: readonly QueryMatch[], text: string): { places: Place[]; decisions: Decision[] } {
  const places = new Map<number, Place & { rank: number }>();
  const decisions: Decision[] = [];
  for (const { patternIndex: pattern, captures } of matches) {
    let subject: Node | undefined;
    let kind: Place['kind'] = 'scope';
    let name = '';
    let owner = '';
    for (const { name: capture, node } of captures) {
      if (capture === 'decision') decisions.push({ start: node.startIndex, line: node.startPosition.row + 1 });
      else if (capture === 'name') name = nameOf(node, text);
      else if (capture === 'owner') owner = `${nameOf(node, text)}.`;
      else if (capture === 'function' || capture === 'scope' || capture === 'outside') {
        subject = node;
        kind = capture;
      }
    }
    if (subject === undefined) continue;
    // If several query patterns match one node, use the first one that names the node.
    const rank = name === '' ? Number.POSITIVE_INFINITY : pattern;
    const existing = places.get(subject.id);
    if (existing !== undefined && existing.rank <= rank) continue;
    const { startIndex: start, endIndex: end, startPosition, endPosition } = subject;
    places.set(subject.id, {
      start,
      end,
      kind,
      measured: {
        name: name === '' ? '(anonymous)' : owner + name,
        startLine: startPosition.row + 1,
        endLine: endPosition.row + 1,
        complexity: 1,
      },
      branches: [],
      rank,
    });
  }
  return { places: [...places.values()], decisions };
}

const nameOf = (node: Node, text: string): string =>
  text.slice(node.startIndex, Math.min(node.endIndex, node.startIndex + MAX_NAME_LENGTH)).replaceAll(/\s+/g, ' ');
