import { mkdir } from 'node:fs/promises';
import { type WriteTreeOptions, type WrittenFile, writeTree } from '../git/write-tree.ts';
import type { AnalysisSource } from '../run/settings.ts';

/** The trees of an analysis: what is analyzed, and what it is compared with. */
export interface OpenedSource {
  head: AnalysisSource;
  base: AnalysisSource | null;
}

/** Writes the files of a commit into a new folder, `target`. */
export async function writeSource(
  options: WriteTreeOptions,
): Promise<{ source: AnalysisSource; files: readonly WrittenFile[] }> {
  const { gitDirectory, commit, target } = options;
  await mkdir(target, { mode: 0o700 });
  const { files, skippedPaths } = await writeTree(options);
  return {
    source: { root: target, paths: files.map(({ path }) => path), skippedPaths, gitDirectory, commit },
    files,
  };
}
