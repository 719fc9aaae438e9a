/** Returns the folder of a file; '' for the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/**
 * Resolves `path` against `folder`, both within the tree, and removes `.` and `..`. Returns null if the result would be
 * outside of the tree.
 */
export const resolvePath = (folder: string, path: string): string | null => {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
};

/** Joins `folder` and `path` like `resolvePath`, for a path that is known to stay inside of `folder`. */
export const joinPath = (folder: string, path: string): string => resolvePath(folder, path) ?? path;

/** Returns the folder and all its parents; '' is the last one. */
export const parentFolders = (folder: string): string[] => {
  const folders = [folder];
  for (let at = folder; at !== ''; ) {
    at = folderOf(at);
    folders.push(at);
  }
  return folders;
};
