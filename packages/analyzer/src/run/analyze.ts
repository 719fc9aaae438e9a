import { openAdvisories } from '../advisories/open-advisories.ts';
import { type Comparison, compareWithBase, type EngineFindings } from '../baseline/compare-with-base.ts';
import { loadEngines } from '../engines/registry.ts';
import type { Facts } from '../facts.ts';
import { createInspectionPool } from '../file-pass/pool.ts';
import { evaluateGate } from '../policy/evaluate-gate.ts';
import { readTreePolicy } from '../policy/read-policy.ts';
import { suppress } from '../policy/suppress.ts';
import { taskFingerprints } from '../policy/task-fingerprints.ts';
import { summaryMarkdown } from '../report/summary.ts';
import { countBySeverity } from '../report/verdict.ts';
import type { AnalysisReport, EngineReport } from '../result.ts';
import { openResultCache } from '../result-cache/result-cache.ts';
import { openTree } from '../tree/open-tree.ts';
import { version } from '../version.ts';
import { analyzeTree } from './analyze-tree.ts';
import type { EngineRun } from './run-engines.ts';
import type { AnalysisSource, AnalyzeSettings } from './settings.ts';
import { sourceReport } from './source-report.ts';

export interface Analysis {
  report: AnalysisReport;
  /** Key of the advisory data that the analysis used: equal keys mean equal data. */
  advisoryKey: string;
  /** Fingerprints of the findings that should have tasks. */
  taskFingerprints: string[];
  /** True if the tasks for findings should also become issues. */
  createIssues: boolean;
}

export interface AnalyzeOptions {
  signal: AbortSignal;
  /** Function for requests to advisory databases and registries; null disables the network. */
  fetch: typeof fetch | null;
  onProgress(percent: number, step: string): void;
}

/** Name of the cache section that holds the fingerprints of moved findings. */
const MOVED = 'baseline@1';
const MAX_MOVED = 10_000;

/**
 * Analyzes a tree of files, and compares it with a base if there is one. Throws AnalysisError if the source cannot be
 * read.
 */
export async function analyze(settings: AnalyzeSettings, options: AnalyzeOptions): Promise<Analysis> {
  const { signal, fetch } = options;
  const onProgress = monotonicProgress(options.onProgress);
  const now = new Date(settings.now);
  onProgress(0, 'Listing files');
  const wanted = (await loadEngines()).filter(({ name }) => settings.engines?.includes(name) ?? true);
  // Start the threads first, so that they load their code while files are listed.
  await using pool = createInspectionPool({ depth: settings.depth, wanted: wanted.map(({ name }) => name) });
  const head = await openSource(settings.head);
  const base = settings.base === null ? null : await openSource(settings.base);
  const { policy, problems } = await readTreePolicy(base ?? head);
  const { folder, url } = settings.advisories;
  const advisories = await openAdvisories({ folder, url, fetch, cacheFolder: settings.cacheFolder, now });
  const cache = await openResultCache(settings.cacheFolder, settings.repository);
  const headPart = base === null ? 1 : 0.7;
  const common = { settings, policy, advisories, fetch, pool, cache, signal };
  const headRuns = await analyzeTree(head, {
    ...common,
    source: settings.head,
    engines: wanted,
    onProgress: (part, step) => onProgress(part * headPart * 98, step),
  });
  const baseRuns =
    base === null || settings.base === null
      ? null
      : await analyzeTree(base, {
          ...common,
          source: settings.base,
          engines: wanted.filter(({ headOnly }) => headOnly !== true),
          onProgress: (part, step) => onProgress((headPart + part * (1 - headPart)) * 98, `Base: ${step}`),
        });

  onProgress(99, 'Comparing');
  const compared = compareWithBase(headRuns.map(engineFindings), baseRuns?.map(engineFindings) ?? null, {
    isInHead: (path) => head.get(path) !== undefined,
    knownFingerprints: new Map(cache.get(MOVED, 'all') as [string, string][] | undefined),
  });
  cache.set(MOVED, 'all', [...compared.moved].slice(0, MAX_MOVED));
  await cache.save();
  const { findings, notes } = suppress(compared.findings, policy.suppressions, now);
  const facts = factsOf(headRuns);
  const policyNotes = problems.map(({ line, message }) => (line === null ? message : `Line ${line}: ${message}`));
  const reports = [sourceReport(head), ...headRuns.map(({ report }) => withComparison(report, compared))];
  const report: AnalysisReport = {
    tool: { name: 'CommandCenter', version },
    repository: { name: settings.repository, commit: settings.head.commit, base: settings.base?.commit ?? null },
    depth: settings.depth,
    created_at: settings.now,
    result: {
      summary: '',
      critical_issues: findings.filter(({ state, severity }) => state === 'new' && severity === 'critical').length,
      counts: { new: countBySeverity(findings, ['new']), all: countBySeverity(findings, ['new', 'existing']) },
      gate: evaluateGate(policy, findings, facts),
      engines: [...reports, policyReport([...policyNotes, ...notes])],
      complete: reports.every(({ complete }) => complete),
      report_url: null,
    },
    findings,
    facts,
  };
  report.result.summary = summaryMarkdown(report);
  onProgress(100, 'Done');
  return {
    report,
    taskFingerprints: taskFingerprints(policy, findings),
    createIssues: policy.tasks.createIssues,
    advisoryKey: advisories?.key ?? 'none',
  };
}

/** Keeps progress from going backwards when steps run concurrently. */
function monotonicProgress(show: AnalyzeOptions['onProgress']): AnalyzeOptions['onProgress'] {
  let highest = 0;
  return (percent, step) => {
    highest = Math.max(highest, percent);
    show(highest, step);
  };
}

const openSource = ({ root, paths, skippedPaths }: AnalysisSource) =>
  openTree(root, {
    ...(paths === undefined ? {} : { paths }),
    ...(skippedPaths === undefined ? {} : { skippedPaths }),
  });

const engineFindings = ({ engine, outcome }: EngineRun): EngineFindings => ({ engine: engine.name, outcome });

/** Marks an engine as incomplete if it failed on the base, because its findings could not be compared. */
function withComparison(report: EngineReport, { notes, notCompared }: Comparison): EngineReport {
  const compared = { ...report, notes: [...report.notes, ...(notes.get(report.name) ?? [])] };
  if (!notCompared.includes(report.name)) return compared;
  return {
    ...compared,
    complete: false,
    reason: report.reason ?? 'It did not run on the base: nothing is called new.',
  };
}

function factsOf(runs: readonly EngineRun[]): Facts {
  const facts: Facts = { languages: [], technologies: [], dependencies: [] };
  for (const { outcome } of runs) Object.assign(facts, outcome?.facts);
  return facts;
}

/** Reports problems of the policy as notes of a pseudo engine. */
function policyReport(notes: string[]): EngineReport {
  return {
    name: 'policy',
    version: '1',
    files_seen: 0,
    files_skipped: 0,
    skipped: [],
    seconds: 0,
    complete: true,
    notes,
  };
}
