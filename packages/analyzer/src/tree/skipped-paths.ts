import type { SourceTree } from './source-tree.ts';

const MAX_EXAMPLES = 5;

/**
 * Reasons for skipping entries that are no source code, so that the result stays complete. Entries skipped for another
 * reason make it incomplete.
 */
export const harmlessReasons = {
  link: 'symbolic links are not followed',
  archivedLink: 'links are not followed',
  submodule: 'submodules are not fetched',
  lfs: 'kept in Git LFS, which is not fetched',
  special: 'not a regular file',
  installed: 'folders of version control and package managers',
} as const;

const harmless: ReadonlySet<string> = new Set(Object.values(harmlessReasons));

export const isHarmless = ({ reason }: { reason: string }): boolean => harmless.has(reason);

/** Groups skipped entries by reason, with a few examples. */
export class SkippedPaths {
  readonly #byReason = new Map<string, { reason: string; files: number; examples: string[] }>();

  constructor(before: SourceTree['skippedPaths'] = []) {
    for (const { reason, files, examples } of before)
      this.#byReason.set(reason, { reason, files, examples: [...examples] });
  }

  add(reason: string, path: string): void {
    const entry = this.#byReason.get(reason) ?? { reason, files: 0, examples: [] };
    entry.files += 1;
    if (entry.examples.length < MAX_EXAMPLES) entry.examples.push(path.slice(0, 300));
    this.#byReason.set(reason, entry);
  }

  list(): { reason: string; files: number; examples: string[] }[] {
    return [...this.#byReason.values()];
  }
}
