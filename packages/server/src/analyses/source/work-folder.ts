import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ifPresent } from '../../if-present.ts';

/** A private folder that goes with what was done in it. */
export interface WorkFolder extends AsyncDisposable {
  path: string;
}

/** Marks folders of this process on this machine, because other processes may use the same DATA_DIR. */
const prefix = `${hostname().replaceAll(/[^\w.-]/g, '_')}+${process.pid}+`;

export async function openWorkFolder(parent: string): Promise<WorkFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const path = await mkdtemp(join(parent, prefix));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/**
 * Removes what processes of this machine left behind that are not there any more: each may be a whole repository. To be called before
 * anything is opened: in a container every start has the same process id, so that what carries our own is left over too.
 */
export async function sweepWorkFolders(parent: string): Promise<void> {
  for (const name of (await ifPresent(readdir(parent))) ?? []) {
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
    // EPERM: it is there and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
