import type { SourceTree } from './source-tree.ts';

/** Returns the tree with only the files for which `keeps` returns true. */
export function narrowTree(tree: SourceTree, keeps: (path: string) => boolean): SourceTree {
  const files = tree.files.filter(({ path }) => keeps(path));
  if (files.length === tree.files.length) return tree;
  const byPath = new Map(files.map((file) => [file.path, file]));
  return { ...tree, files, get: (path) => byPath.get(path) };
}
