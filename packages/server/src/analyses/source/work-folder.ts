import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** A private folder that is deleted when this object is disposed. */
export interface WorkFolder extends AsyncDisposable {
  path: string;
}

/** Name prefix of folders of this process on this machine, because other processes may use the same DATA_DIR. */
const prefix = `${hostname().replaceAll(/[^\w.-]/g, '_')}+${process.pid}+`;

export async function openWorkFolder(parent: string): Promise<WorkFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const path = await mkdtemp(join(parent, prefix));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/**
 * Deletes the folders of ended processes of this machine, each of which may hold a whole repository. Call it before the first folder is
 * opened: in a container every start has the same process id, so that folders with our own id are left over too.
 */
export async function sweepWorkFolders(parent: string): Promise<void> {
  if (!existsSync(parent)) return;
  for (const name of await readdir(parent)) {
    const [host, pid] = name.split('+');
    if (host !== prefix.split('+')[0] || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
