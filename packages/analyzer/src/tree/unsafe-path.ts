const LONGEST_PATH = 4096;
const LONGEST_NAME = 255;

/** Returns why a path cannot be used; undefined if it is relative, inside of the root and valid UTF-8. */
export function unsafePath(path: string): string | undefined {
  if (path === '' || path.startsWith('/') || path.includes('\\') || path.includes('\0'))
    return 'its path is not allowed';
  if (path.includes('\uFFFD')) return 'its name is not UTF-8';
  if (path.length > LONGEST_PATH) return 'its path is too long';
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..' || name.toLowerCase() === '.git') return 'its path is not allowed';
    if (Buffer.byteLength(name) > LONGEST_NAME) return 'its path is too long';
  }
  return undefined;
}
