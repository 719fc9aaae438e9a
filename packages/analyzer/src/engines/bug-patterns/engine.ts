import { join } from 'node:path';
import type { Coverage, Engine, EngineContext } from '../../engine.ts';
import { AnalysisError } from '../../errors.ts';
import type { FileFinding, RawFinding } from '../../finding.ts';
import type { Severity } from '../../severity.ts';
import { SkippedPaths } from '../../tree/skipped-paths.ts';
import type { SourceTree } from '../../tree/source-tree.ts';
import { isTestPath } from '../../tree/test-path.ts';
import { bugPatternsInspector, type FilePatterns } from './inspector.ts';
import { oxlintFindings } from './oxlint/oxlint-findings.ts';
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
    const skipped = new SkippedPaths(coverage.skipped);
    const seen: Coverage = { ...coverage, filesSeen: 0 };
    const findings: RawFinding[] = [];
    /** Cache keys of oxlint's results, by path. */
    const lintKeys = new Map<string, string>();
    for (const [path, file] of results) {
      if ('skipped' in file) {
        skipped.add(file.skipped, path);
        if (!file.harmless) markIncomplete(seen, `Not every file was looked at: ${path} is ${file.skipped}.`);
        continue;
      }
      seen.filesSeen += 1;
      findings.push(...file.findings.map((finding) => atPath(path, finding)));
      if (file.lintKey !== undefined) lintKeys.set(path, file.lintKey);
      if (file.notUtf8) {
        skipped.add('not UTF-8, which oxlint does not read', path);
        markIncomplete(seen, `oxlint did not look at ${path}, which is not UTF-8: save it as UTF-8.`);
      }
    }
    try {
      for (const [path, linted] of await lint(lintKeys, tree, context)) {
        findings.push(...linted.map((finding) => atPath(path, finding)));
      }
    } catch (error) {
      // Keep the findings of the injection rules if oxlint fails.
      context.signal.throwIfAborted();
      if (!(error instanceof AnalysisError)) throw error;
      markIncomplete(seen, error.message);
    }
    return { findings, coverage: { ...seen, skipped: skipped.list() } };
  },
};

/** Returns oxlint's findings by path. Only files without a cached result are linted. */
async function lint(
  keys: ReadonlyMap<string, string>,
  tree: SourceTree,
  { temporaryFolder: folder, signal, cache }: EngineContext,
): Promise<Map<string, FileFinding[]>> {
  const findings = new Map<string, FileFinding[]>();
  const unseen: string[] = [];
  for (const [path, key] of keys) {
    const cached = cache.get(key) as FileFinding[] | undefined;
    if (cached === undefined) unseen.push(path);
    else findings.set(path, cached);
  }
  if (unseen.length === 0) return findings;
  const absolute = unseen.map((path) => join(tree.root, path));
  const linted = await oxlintFindings(await runOxlint(absolute, { folder, signal }), tree);
  for (const path of unseen) {
    const found = linted.get(path) ?? [];
    findings.set(path, found);
    cache.set(keys.get(path) ?? '', found);
  }
  return findings;
}

function markIncomplete(coverage: Coverage, reason: string): void {
  coverage.complete = false;
  coverage.reason ??= reason;
}

/** Lowers the severity in tests and examples, where wrong code is often intended and does not run in production. */
function atPath(path: string, finding: FileFinding): RawFinding {
  if (!isTestPath(path)) return { ...finding, path };
  const inTests: RawFinding = { ...finding, path, severity: lowered(finding.severity) };
  if (finding.severityIfNew !== undefined) inTests.severityIfNew = lowered(finding.severityIfNew);
  return inTests;
}

const lowered = (severity: Severity): Severity =>
  severity === 'critical' ? 'high' : severity === 'high' ? 'medium' : 'low';
