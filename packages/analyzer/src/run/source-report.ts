import type { EngineReport } from '../result.ts';
import { isHarmless } from '../tree/skipped-paths.ts';
import type { SourceTree } from '../tree/source-tree.ts';

/**
 * Reports files that no engine sees, as a pseudo engine. Skipped links and submodules leave the result complete; files
 * with unusable names do not, because they may contain anything.
 */
export function sourceReport({ files, skippedPaths }: SourceTree): EngineReport {
  const reason = reasonOf(files.length, skippedPaths);
  return {
    name: 'source',
    version: '1',
    files_seen: files.length,
    files_skipped: skippedPaths.reduce((sum, group) => sum + group.files, 0),
    skipped: [...skippedPaths],
    seconds: 0,
    complete: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
    notes: [],
  };
}

function reasonOf(files: number, skippedPaths: SourceTree['skippedPaths']): string | undefined {
  const unseen = skippedPaths.find((group) => !isHarmless(group));
  if (unseen !== undefined) {
    return `Not every file was looked at: ${unseen.examples[0]} (${unseen.reason}). Give it another name or make it smaller, or take it out of the repository.`;
  }
  return files === 0 ? 'There is no file to look at: analyze another folder or commit.' : undefined;
}
