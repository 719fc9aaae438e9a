import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PlannedFile } from './plan-installation.ts';

/**
 * Writes and removes files as planned. Each file is renamed into place, because a half-written file would look like a change by hand on the
 * next run.
 */
export async function writeFiles(root: string, files: readonly PlannedFile[]): Promise<void> {
  for (const { path, action, text } of files) {
    if (action === 'unchanged') continue;
    const target = join(root, path);
    if (text === null) {
      await rm(target);
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    const temporary = `${target}.${process.pid}.new`;
    try {
      await writeFile(temporary, text, { flag: 'wx' });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}
