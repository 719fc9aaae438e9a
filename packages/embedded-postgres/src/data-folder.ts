import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { DataFolderUnusableError } from './errors.ts';

/** Creates DATA_DIR for its owner alone and returns its path without symbolic links. Throws DataFolderUnusableError when it cannot be used. */
export async function makeDataFolder(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const folder = await realpath(dataDir);
    const { mode, uid } = await stat(folder);
    if ((mode & 0o077) !== 0 && (uid === process.getuid?.() || process.getuid?.() === 0)) await chmod(folder, 0o700);
    return folder;
  } catch (error) {
    throw new DataFolderUnusableError(
      `DATA_DIR is ${JSON.stringify(dataDir)}: it cannot be used (${(error as NodeJS.ErrnoException).code}). Right: DATA_DIR=/var/lib/commandcenter, a folder that this user may write`,
    );
  }
}
