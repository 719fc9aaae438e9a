import type { ImportCounts, ImportState } from './import-state.ts';

const amount = (count: number): string => count.toLocaleString('en-US');

const some = (count: number, one: string, many: string): string => `${amount(count)} ${count === 1 ? one : many}`;

/** Describes what an import did, or what a dry run would do, in a sentence for people. */
export function summarizeImport(counts: ImportCounts, { rehearsal }: { rehearsal: boolean }): string {
  const { seen, created, updated, unchanged, deleted_here, missing } = counts;
  const parts: string[] = [];
  if (created > 0) parts.push(`${some(created, 'task', 'tasks')} ${rehearsal ? 'would be ' : ''}created`);
  if (updated > 0)
    parts.push(
      `${created > 0 ? amount(updated) : some(updated, 'task', 'tasks')} ${rehearsal ? 'would be ' : ''}updated`,
    );
  if (unchanged > 0) parts.push(`${amount(unchanged)} unchanged`);
  if (deleted_here > 0) parts.push(`${amount(deleted_here)} whose task was deleted here`);
  if (missing > 0) {
    const are = missing === 1 ? 'is' : 'are';
    parts.push(
      `${amount(missing)} that ${are} no longer listed and ${rehearsal ? 'would be' : `${are} being`} checked`,
    );
  }
  const compared = `Compared ${some(seen, 'issue', 'issues')}${rehearsal ? ' and changed nothing' : ''}`;
  return parts.length === 0 ? `${compared}.` : `${compared}: ${parts.join(', ')}.`;
}

/** Describes the progress of an import for people. */
export function describeProgress({
  counts,
  walk,
  walk_pages,
  total_pages,
}: Pick<ImportState, 'counts' | 'walk' | 'walk_pages' | 'total_pages'>): string {
  const pages =
    total_pages === null
      ? some(walk_pages, 'page', 'pages')
      : `${amount(Math.min(walk_pages, total_pages))} of ${some(total_pages, 'page', 'pages')}`;
  const again = walk === 1 ? '' : '; the list changed meanwhile and is read once more';
  return `Compared ${some(counts.seen, 'issue', 'issues')} on ${pages}${again}`;
}
