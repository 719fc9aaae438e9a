import { lstat, mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ifPresent } from '../if-present.ts';
import { EmbeddedPostgresError } from '../startup-errors.ts';

/** sockaddr_un.sun_path holds 108 bytes, the last of them zero. */
const LONGEST_SOCKET_PATH = 107;
const SOCKET_NAME = '.s.PGSQL.5432';
const SHORT_FOLDER_PREFIX = 'ccpg-';

/**
 * An empty private folder for the socket: `run` under the data folder, or, where that path is too long for a socket, a short one with
 * `run` as a symbolic link to it. The one of an earlier server is used again, emptied: none may be running any more.
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

/** Returns the socket folder of a running or stopped server; undefined when there never was one. */
export async function findSocketFolder(dataDir: string): Promise<string | undefined> {
  const own = join(dataDir, 'run');
  const entry = await ifPresent(lstat(own));
  if (entry === undefined) return undefined;
  return entry.isSymbolicLink() ? readlink(own) : own;
}

export async function removeSocketFolder(dataDir: string): Promise<void> {
  const folder = await findSocketFolder(dataDir);
  if (folder === undefined) return;
  // Only a folder of our own is removed: the target of the link may belong to another user, because /tmp is cleaned up at times.
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
