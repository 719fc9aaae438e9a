import type { EngineReport } from '../result.ts';
import { isPassedOver } from '../tree/left-out.ts';
import type { SourceTree } from '../tree/source-tree.ts';

/**
 * What no engine gets to see, told where engines tell what they saw. A link or a submodule hides nothing; a file with a name that
 * cannot be used may hide anything.
 */
export function sourceReport({ files, leftOut }: SourceTree): EngineReport {
  const unseen = leftOut.find((group) => !isPassedOver(group));
  return {
    name: 'source',
    version: '1',
    files_seen: files.length,
    files_skipped: leftOut.reduce((sum, group) => sum + group.files, 0),
    skipped: [...leftOut],
    seconds: 0,
    complete: unseen === undefined,
    ...(unseen === undefined
      ? {}
      : {
          reason: `Not every file was looked at: ${unseen.examples[0]} (${unseen.reason}). Give it another name or make it smaller, or take it out of the repository.`,
        }),
    notes: [],
  };
}
