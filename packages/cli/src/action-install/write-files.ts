import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PlannedFile } from './plan-installation.ts';

/** Does what was planned. A file is there whole or not at all: half of one would look like somebody's change the next time. */
export async function writeFiles(root: string, files: readonly PlannedFile[]): Promise<void> {
  for (const { path, action, text } of files) {
    if (action === 'unchanged') continue;
    const place = join(root, path);
    if (text === null) {
      await rm(place);
      continue;
    }
    await mkdir(dirname(place), { recursive: true });
    const beside = `${place}.${process.pid}.new`;
    try {
      await writeFile(beside, text, { flag: 'wx' });
      await rename(beside, place);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  }
}
