import { join } from 'node:path';
import type { Coverage, Engine, EngineContext } from '../../engine.ts';
import { AnalysisError } from '../../errors.ts';
import type { RawFinding } from '../../finding.ts';
import type { Severity } from '../../severity.ts';
import { LeftOut } from '../../tree/left-out.ts';
import type { SourceTree } from '../../tree/source-tree.ts';
import { isTrialPath } from '../../tree/trial-path.ts';
import type { Fault } from './fault.ts';
import { bugPatternsInspector, type FilePatterns } from './inspect.ts';
import { lintFaults } from './oxlint/lint-faults.ts';
import { runOxlint } from './oxlint/run-oxlint.ts';

const OXLINT_VERSION = 'oxlint@1.94.0';

/**
 * Finds code that cannot do what it seems to do, and code that lets others inject commands. `eslint-disable` comments
 * suppress oxlint's rules, because their authors decided so; they do not suppress the injection rules.
 */
export const bugPatternsEngine: Engine = {
  name: bugPatternsInspector.name,
  version: `${bugPatternsInspector.version} ${OXLINT_VERSION}`,
  depth: bugPatternsInspector.depth,
  async run(tree, context) {
    const { results, coverage } = context.inspected<FilePatterns>(bugPatternsInspector.name);
    const skipped = new LeftOut(coverage.skipped);
    const seen: Coverage = { ...coverage, filesSeen: 0 };
    const findings: RawFinding[] = [];
    /** Cache keys of oxlint's results, by path. */
    const lintKeys = new Map<string, string>();
    for (const [path, file] of results) {
      if ('skipped' in file) {
        skipped.add(file.skipped, path);
        if (!file.harmless) harm(seen, `Not every file was looked at: ${path} is ${file.skipped}.`);
        continue;
      }
      seen.filesSeen += 1;
      findings.push(...file.faults.map((fault) => findingOf(path, fault)));
      if (file.lintKey !== undefined) lintKeys.set(path, file.lintKey);
      if (file.notUtf8) {
        skipped.add('not UTF-8, which oxlint does not read', path);
        harm(seen, `oxlint did not look at ${path}, which is not UTF-8: save it as UTF-8.`);
      }
    }
    try {
      for (const [path, faults] of await lint(lintKeys, tree, context)) {
        findings.push(...faults.map((fault) => findingOf(path, fault)));
      }
    } catch (error) {
      // Keep the findings of the injection rules if oxlint fails.
      context.signal.throwIfAborted();
      if (!(error instanceof AnalysisError)) throw error;
      harm(seen, error.message);
    }
    return { findings, coverage: { ...seen, skipped: skipped.list() } };
  },
};

/** Returns oxlint's findings by path. Only files without a cached result are linted. */
async function lint(
  keys: ReadonlyMap<string, string>,
  tree: SourceTree,
  { temporaryFolder: folder, signal, cache }: EngineContext,
): Promise<Map<string, Fault[]>> {
  const faults = new Map<string, Fault[]>();
  const unseen: string[] = [];
  for (const [path, key] of keys) {
    const known = cache.get(key) as Fault[] | undefined;
    if (known === undefined) unseen.push(path);
    else faults.set(path, known);
  }
  if (unseen.length === 0) return faults;
  const absolute = unseen.map((path) => join(tree.root, path));
  const linted = await lintFaults(await runOxlint(absolute, { folder, signal }), tree);
  for (const path of unseen) {
    const found = linted.get(path) ?? [];
    faults.set(path, found);
    cache.set(keys.get(path) ?? '', found);
  }
  return faults;
}

function harm(coverage: Coverage, reason: string): void {
  coverage.complete = false;
  coverage.reason ??= reason;
}

/** Lowers the severity in tests and examples, where wrong code is often intended and does not run in production. */
function findingOf(path: string, fault: Fault): RawFinding {
  if (!isTrialPath(path)) return { ...fault, path };
  const finding: RawFinding = { ...fault, path, severity: lowered(fault.severity) };
  if (fault.severityIfNew !== undefined) finding.severityIfNew = lowered(fault.severityIfNew);
  return finding;
}

const lowered = (severity: Severity): Severity =>
  severity === 'critical' ? 'high' : severity === 'high' ? 'medium' : 'low';
