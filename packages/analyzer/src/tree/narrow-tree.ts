import type { SourceTree } from './source-tree.ts';

/** The same tree with fewer files. */
export function narrowTree(tree: SourceTree, keeps: (path: string) => boolean): SourceTree {
  const files = tree.files.filter(({ path }) => keeps(path));
  if (files.length === tree.files.length) return tree;
  const byPath = new Map(files.map((file) => [file.path, file]));
  return { ...tree, files, get: (path) => byPath.get(path) };
}
