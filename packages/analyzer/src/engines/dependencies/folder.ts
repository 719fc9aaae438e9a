/** The folder a file is in; '' for the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** `path` as seen from `folder`, both of the tree: `.` and `..` are taken out. What would leave the tree is not in it: null. */
export const resolveIn = (folder: string, path: string): string | null => {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
};

/** The same for a path that stays below `folder`. */
export const inFolder = (folder: string, path: string): string => resolveIn(folder, path) ?? path;

/** The folder itself, then each one above it, '' the last. */
export const foldersUpwards = (folder: string): string[] => {
  const folders = [folder];
  for (let at = folder; at !== ''; ) {
    at = folderOf(at);
    folders.push(at);
  }
  return folders;
};
