import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdvisorySource } from '../advisories/advisory-source.ts';
import { includesDepth } from '../depth.ts';
import type { Engine } from '../engine.ts';
import { inspectTree } from '../file-pass/inspect-tree.ts';
import { inspectors } from '../file-pass/inspectors.ts';
import type { InspectionPool } from '../file-pass/pool.ts';
import type { AnalysisPolicy } from '../policy/policy.ts';
import type { ResultCache } from '../result-cache/result-cache.ts';
import { matchPaths } from '../tree/path-glob.ts';
import type { SourceTree } from '../tree/source-tree.ts';
import { filterTree } from '../tree/source-tree.ts';
import { type EngineRun, runEngines } from './run-engines.ts';
import type { AnalysisSource, AnalyzeSettings } from './settings.ts';

export interface AnalyzeTreeOptions {
  settings: AnalyzeSettings;
  source: AnalysisSource;
  engines: readonly Engine[];
  policy: AnalysisPolicy;
  advisories: AdvisorySource | null;
  fetch: typeof fetch | null;
  pool: InspectionPool;
  cache: ResultCache;
  signal: AbortSignal;
  /** Called with the progress of the analysis from 0 to 1 and the name of the step. */
  onProgress(part: number, step: string): void;
}

/** Share of the progress on one tree that the file pass takes; the engines take the rest. */
const PASS_PART = 0.7;

/**
 * Names of the engines with an inspector. These engines and those that need their outcomes wait for the file pass; others run at the same
 * time.
 */
const inspected = new Set(inspectors.map(({ name }) => name));
const needsInspection = ({ name, after = [] }: Engine): boolean =>
  inspected.has(name) || after.some((other) => inspected.has(other));

/** Runs all engines on one tree. */
export async function analyzeTree(tree: SourceTree, options: AnalyzeTreeOptions): Promise<EngineRun[]> {
  const { settings, source, policy, pool, cache, signal, onProgress } = options;
  const isExcluded = matchPaths(policy.exclude);
  const own = filterTree(tree, (path) => !isExcluded(path));
  const engines = options.engines.filter((engine) => includesDepth(settings.depth, engine.depth));
  const temporaryFolder = join(
    settings.temporaryFolder,
    `engines-${source.commit ?? 'tree'}-${settings.base === source ? 'base' : 'head'}`,
  );
  await mkdir(temporaryFolder, { recursive: true, mode: 0o700 });

  let passed = 0;
  let ended = 0;
  const reportProgress = (step: string): void =>
    onProgress(PASS_PART * passed + ((1 - PASS_PART) * ended) / engines.length, step);
  const inspection = inspectTree(tree, {
    isExcluded,
    pool,
    cache,
    signal,
    onProgress: (done, all) => {
      passed = done / all;
      reportProgress('Looking at files');
    },
  });
  // Prevent an unhandled rejection: engines that need the inspection await this promise themselves.
  inspection.catch(() => undefined);
  return await runEngines({
    engines,
    treeFor: (engine) => (engine.seesExcluded ? tree : own),
    depth: settings.depth,
    policy,
    signal,
    now: new Date(settings.now),
    fetch: options.fetch,
    advisories: options.advisories,
    temporaryFolder,
    gitDirectory: source.gitDirectory,
    commit: source.commit,
    cacheOf: ({ name, version }) => ({
      get: (key) => cache.get(`${name}@${version}`, key),
      set: (key, value) => cache.set(`${name}@${version}`, key, value),
    }),
    inspection,
    needsInspection,
    onEnd: (run) => {
      ended += 1;
      reportProgress(run.engine.name);
    },
  });
}
