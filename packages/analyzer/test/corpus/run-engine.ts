import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Engine, EngineContext, EngineOutcome, FileInspector, InspectedFiles } from '../../src/engine.ts';
import type { RawFinding } from '../../src/finding.ts';
import { languageOfName } from '../../src/languages/detect-language.ts';
import { openTree } from '../../src/tree/open-tree.ts';
import { SkippedPaths } from '../../src/tree/skipped-paths.ts';
import type { SourceTree } from '../../src/tree/source-tree.ts';

export interface EngineTestOutcome extends EngineOutcome {
  /** Results of the engine's inspector by path, as they are cached. */
  inspected: ReadonlyMap<string, unknown>;
}

/** Writes files into a temporary folder and runs one engine on them in this thread. */
export async function runEngine(
  files: Readonly<Record<string, string | Buffer>>,
  inspector: FileInspector,
  engine: Engine,
  context: Partial<EngineContext> = {},
): Promise<EngineTestOutcome> {
  const root = await mkdtemp(join(tmpdir(), 'analyze-files-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    const tree = await openTree(root);
    const inspected = await inspectAll(tree, inspector);
    const outcome = await engine.run(tree, { ...emptyContext(root, inspected), ...context });
    return { ...outcome, inspected: inspected.results };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function inspectAll(tree: SourceTree, inspector: FileInspector): Promise<InspectedFiles<unknown>> {
  const results = new Map<string, unknown>();
  const skipped = new SkippedPaths();
  let filesSeen = 0;
  await inspector.prepare?.();
  for (const { path, size } of tree.files) {
    const language = languageOfName(path);
    if (!inspector.wants({ path, size, language })) continue;
    const bytes = await tree.read(path);
    if (inspector.binaries !== true && bytes.subarray(0, 8000).includes(0)) {
      skipped.add('binary', path);
      continue;
    }
    filesSeen += 1;
    const result = await inspector.inspect({ path, bytes, language, text: () => bytes.toString() });
    // Serialize each result as JSON, as threads and the cache do.
    if (result !== undefined) results.set(path, JSON.parse(JSON.stringify(result)));
  }
  return { results, coverage: { filesSeen, skipped: skipped.list(), complete: true } };
}

const nothingAllowed = { critical: 0, high: 0, medium: null, low: null };

function emptyContext(root: string, inspected: InspectedFiles<unknown>): EngineContext {
  return {
    depth: 'quick',
    policy: {
      gate: { newFindings: nothingAllowed, complexity: null, duplicationPercent: null },
      complexityThreshold: 20,
      exclude: [],
      licences: { allow: [], deny: [] },
      suppressions: [],
      tasks: { rules: [], createIssues: false },
    },
    signal: new AbortController().signal,
    now: new Date('2026-01-01T00:00:00Z'),
    inspected: <Result>() => inspected as InspectedFiles<Result>,
    outcomeOf: () => undefined,
    fetch: null,
    advisories: null,
    temporaryFolder: root,
    gitDirectory: null,
    commit: null,
    cache: { get: () => undefined, set: () => undefined },
  };
}

/** Formats findings as sorted lines `path:line severity rule` for comparison. */
export const summaryOf = (findings: readonly RawFinding[]): string[] =>
  findings
    .map(({ path, start_line, severity, rule }) => `${path}:${start_line ?? '-'} ${severity} ${rule}`)
    .sort((a, b) => (a < b ? -1 : 1));
