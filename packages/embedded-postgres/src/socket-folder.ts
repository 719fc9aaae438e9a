import { lstat, mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';
import { ifPresent } from './if-present.ts';

/** Greatest length in bytes of a socket's path. `sockaddr_un.sun_path` holds 108 bytes, of which the last is zero. */
const LONGEST_SOCKET_PATH = 107;
const SOCKET_NAME = '.s.PGSQL.5432';
const SHORT_FOLDER_PREFIX = 'ccpg-';

/**
 * Returns an empty private folder for the socket: `run` in the data folder or, when that path is too long, a temporary folder to which
 * `run` is a symbolic link. The folder of an earlier server, which must have ended, is emptied and used again.
 */
export async function makeSocketFolder(dataDir: string): Promise<string> {
  const own = join(dataDir, 'run');
  const earlier = await findSocketFolder(dataDir);
  if (earlier !== undefined && fits(earlier) && (await isPrivateFolder(earlier))) {
    const names = await readdir(earlier);
    await Promise.all(names.map((name) => rm(join(earlier, name), { recursive: true, force: true })));
    return earlier;
  }
  await removeSocketFolder(dataDir);
  if (fits(own)) {
    await mkdir(own, { mode: 0o700 });
    return own;
  }
  for (const parent of [tmpdir(), '/tmp', '/var/tmp']) {
    if (!fits(join(parent, `${SHORT_FOLDER_PREFIX}XXXXXX`))) continue;
    const short = await mkdtemp(join(parent, SHORT_FOLDER_PREFIX));
    await symlink(short, own);
    return short;
  }
  throw new EmbeddedPostgresError('postgres.failed', 'No folder has a path short enough for a unix socket.', {
    hint: 'Set TMPDIR to a short path, for example TMPDIR=/tmp.',
  });
}

/** Returns the socket folder of a running or stopped PostgreSQL; undefined when there never was one. */
export async function findSocketFolder(dataDir: string): Promise<string | undefined> {
  const own = join(dataDir, 'run');
  const entry = await ifPresent(lstat(own));
  if (entry === undefined) return undefined;
  return entry.isSymbolicLink() ? readlink(own) : own;
}

export async function removeSocketFolder(dataDir: string): Promise<void> {
  const folder = await findSocketFolder(dataDir);
  if (folder === undefined) return;
  // Delete only a folder of our own: the link's target may by now belong to another user, because systems clean up /tmp.
  if (await isPrivateFolder(folder)) await rm(folder, { recursive: true, force: true });
  await rm(join(dataDir, 'run'), { recursive: true, force: true });
}

async function isPrivateFolder(folder: string): Promise<boolean> {
  // A folder that this user may not look at is not private to this user.
  const entry = await lstat(folder).catch(() => undefined);
  return entry?.isDirectory() === true && entry.uid === process.getuid?.() && (entry.mode & 0o077) === 0;
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, SOCKET_NAME)) <= LONGEST_SOCKET_PATH;
}
