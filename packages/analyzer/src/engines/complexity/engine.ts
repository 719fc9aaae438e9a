import type { Coverage, Engine } from '../../engine.ts';
import type { ComplexityFacts } from '../../facts.ts';
import type { RawFinding } from '../../finding.ts';
import type { Severity } from '../../severity.ts';
import { SkippedPaths } from '../../tree/skipped-paths.ts';
import { complexityInspector, type FileComplexity } from './inspector.ts';
import type { FunctionComplexity } from './measure-functions.ts';

/**
 * Measures the cyclomatic complexity of every function (McCabe: https://doi.org/10.1109/TSE.1976.233837) and reports
 * functions above the policy's threshold.
 */
export const complexityEngine: Engine = {
  name: complexityInspector.name,
  version: complexityInspector.version,
  depth: complexityInspector.depth,
  async run(_tree, context) {
    const { results, coverage } = context.inspected<FileComplexity>(complexityInspector.name);
    const threshold = context.policy.complexityThreshold;
    const findings: RawFinding[] = [];
    const facts: ComplexityFacts = { functions: 0, total: 0, highest: 0, over_threshold: 0 };
    const seen = new ComplexityCoverage(coverage);
    for (const [path, file] of results) {
      seen.add(path, file);
      if ('skipped' in file) continue;
      const ordinals = new Map<string, number>();
      for (const measured of file.functions) {
        facts.functions += 1;
        facts.total += measured.complexity;
        facts.highest = Math.max(facts.highest, measured.complexity);
        const ordinal = (ordinals.get(measured.name) ?? 0) + 1;
        ordinals.set(measured.name, ordinal);
        if (measured.complexity < threshold) continue;
        facts.over_threshold += 1;
        findings.push(findingOf(path, measured, ordinal, threshold));
      }
    }
    return { findings, facts: { complexity: facts }, coverage: seen.coverage() };
  },
};

/** Lowest complexity of each severity. `high` starts above 30, which is also the default limit of the gate. */
const FROM: readonly [complexity: number, severity: Severity][] = [
  [31, 'high'],
  [20, 'medium'],
];
const LINES_NAMED = 12;

function findingOf(path: string, measured: FunctionComplexity, ordinal: number, threshold: number): RawFinding {
  const { name, startLine, endLine, complexity, branchLines = [] } = measured;
  const named = branchLines.slice(0, LINES_NAMED).join(', ');
  const more = branchLines.length > LINES_NAMED ? ', …' : '';
  return {
    rule: 'complexity/high',
    severity: FROM.find(([from]) => complexity >= from)?.[1] ?? 'low',
    title: `${shortened(name)} has a complexity of ${complexity}`,
    message: `${name} (${endLine - startLine + 1} lines) has ${complexity} independent paths through it; ${threshold} or more are hard to understand and to test.`,
    path,
    start_line: startLine,
    end_line: endLine,
    fix: `Split it: move what belongs together into functions of their own.${named === '' ? '' : ` It divides at the lines ${named}${more}.`}`,
    value: complexity,
    identity: ordinal === 1 ? name : `${name}#${ordinal}`,
  };
}

const shortened = (name: string): string => (name.length > 120 ? `…${name.slice(-119)}` : name);

/** Collects what the inspector skipped, in addition to what the file pass skipped. */
class ComplexityCoverage {
  readonly #before: Coverage;
  readonly #skipped: SkippedPaths;
  #files = 0;
  #withErrors = 0;
  #more = 0;
  #firstGap: string | undefined;

  constructor(before: Coverage) {
    this.#before = before;
    this.#skipped = new SkippedPaths(before.skipped);
  }

  add(path: string, file: FileComplexity): void {
    if ('skipped' in file) {
      this.#skipped.add(file.skipped, path);
      if (!file.harmless) this.#firstGap ??= `${path} is ${file.skipped}`;
      return;
    }
    this.#files += 1;
    if ((file.errors ?? 0) > 0) this.#withErrors += 1;
    this.#more += file.more ?? 0;
  }

  coverage(): Coverage {
    const notes = [...(this.#before.notes ?? [])];
    if (this.#withErrors > 0) {
      notes.push(
        `Files not wholly understood: ${this.#withErrors}. What they have around the places in question is counted.`,
      );
    }
    if (this.#more > 0) notes.push(`Functions of very long files that are not counted: ${this.#more}.`);
    const coverage: Coverage = { ...this.#before, filesSeen: this.#files, skipped: this.#skipped.list(), notes };
    if (this.#firstGap === undefined) return coverage;
    const reason = `Not every file was looked at: ${this.#firstGap}.`;
    return { ...coverage, complete: false, reason: this.#before.reason ?? reason };
  }
}
