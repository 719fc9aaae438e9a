import type { Coverage, FileInspector, InspectedFiles } from '../engine.ts';
import { languageOfName } from '../languages/detect-language.ts';
import type { ResultCache } from '../result-cache/result-cache.ts';
import { SkippedPaths } from '../tree/skipped-paths.ts';
import type { SourceTree } from '../tree/source-tree.ts';
import { inspectors } from './inspectors.ts';
import type { FileTask } from './messages.ts';
import type { InspectionPool, PassedFile } from './pool.ts';

export interface InspectTreeOptions {
  isExcluded(path: string): boolean;
  pool: InspectionPool;
  cache: ResultCache;
  signal: AbortSignal;
  /** Called with the number of inspected files and the number of all files. */
  onProgress(done: number, all: number): void;
}

export interface InspectedTree extends InspectedFiles<unknown> {
  /** Time that the inspector took, summed over all threads. */
  seconds: number;
}

/**
 * Runs all inspectors on every file of the tree; returns the results by inspector's name. Cached results are reused for
 * files with equal bytes, language and name.
 */
export async function inspectTree(
  tree: SourceTree,
  { isExcluded, pool, cache, signal, onProgress }: InspectTreeOptions,
): Promise<Map<string, InspectedTree>> {
  const files = tree.files.map(({ path, size }) => ({
    path,
    size,
    language: languageOfName(path),
    excluded: isExcluded(path),
  }));
  const passed = await pool.run({
    root: tree.root,
    files,
    cached: cachedKeys(cache),
    signal,
    onProgress: (done) => onProgress(done, files.length),
  });
  passed.files.sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  return new Map(
    inspectors.map((inspector, inspectorIndex) => {
      const seconds = (passed.spentMs[inspectorIndex] ?? 0) / 1000;
      return [inspector.name, { ...gather(inspector, inspectorIndex, passed.files, cache), seconds }] as const;
    }),
  );
}

function cachedKeys(cache: ResultCache): Map<string, number> {
  const cached = new Map<string, number>();
  for (const [inspectorIndex, inspector] of inspectors.entries()) {
    for (const key of cache.inspectionKeys(cacheName(inspector)))
      cached.set(key, (cached.get(key) ?? 0) | (1 << inspectorIndex));
  }
  return cached;
}

function gather(
  inspector: FileInspector,
  inspectorIndex: number,
  passed: readonly PassedFile[],
  cache: ResultCache,
): InspectedFiles<unknown> {
  const results = new Map<string, unknown>();
  const skipped = new SkippedPaths();
  let filesSeen = 0;
  let firstGap: string | undefined;
  const skip = (reason: string, path: string, harmless: boolean): void => {
    skipped.add(reason, path);
    if (!harmless) firstGap ??= `${path} ${reason}`;
  };
  for (const one of passed) {
    const { path } = one.file;
    if ('lost' in one) {
      if (wanted(inspector, one.file)) skip(one.lost, path, false);
      continue;
    }
    const { key, inspections } = one.report;
    if ((one.report.wanted & (1 << inspectorIndex)) === 0) continue;
    const inspection = inspections[inspectorIndex];
    if (inspection !== undefined && 'skipped' in inspection) {
      skip(inspection.skipped, path, inspection.harmless);
      continue;
    }
    filesSeen += 1;
    const name = cacheName(inspector);
    const result = inspection === undefined ? cache.getInspection(name, key ?? '') : inspection.result;
    if (inspection !== undefined && key !== undefined) cache.setInspection(name, key, result);
    if (result !== null && result !== undefined) results.set(path, result);
  }
  const coverage: Coverage = { filesSeen, skipped: skipped.list(), complete: firstGap === undefined };
  if (firstGap !== undefined) coverage.reason = `Not every file was looked at: ${firstGap}.`;
  return { results, coverage };
}

const wanted = (inspector: FileInspector, file: FileTask): boolean =>
  (!file.excluded || inspector.seesExcluded === true) && inspector.wants(file);

const cacheName = ({ name, version }: FileInspector): string => `${name}@${version}`;
