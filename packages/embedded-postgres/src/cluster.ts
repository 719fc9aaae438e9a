import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { handOver, type Launcher, PROGRAM_ENVIRONMENT } from './launcher.ts';

const run = promisify(execFile);

const INIT_TIMEOUT_MS = 120_000;
const UNFINISHED_PREFIX = 'postgres.init-';

/** Name of the superuser of the embedded database. It has no password, because only the owner of the folder can reach the socket. */
export const SUPERUSER = 'commandcenter';

/**
 * Returns the folder `DATA_DIR/postgres` and creates it with initdb when it is missing. It is created under another name and renamed, so
 * that it is always complete.
 */
export async function ensureCluster(binaries: PostgresBinaries, launcher: Launcher, dataDir: string): Promise<string> {
  const cluster = join(dataDir, 'postgres');
  await removeUnfinished(dataDir);
  if (existsSync(join(cluster, 'PG_VERSION'))) {
    await handOver(launcher, cluster);
    return cluster;
  }
  const unfinished = join(dataDir, `${UNFINISHED_PREFIX}${randomUUID()}`);
  await initialise(binaries, launcher, unfinished);
  await rename(unfinished, cluster);
  await syncFolder(dataDir);
  return cluster;
}

async function initialise(binaries: PostgresBinaries, launcher: Launcher, folder: string): Promise<void> {
  const [command, ...args] = [
    ...launcher.prefix('KILL'),
    binaries.initdb,
    '--pgdata',
    folder,
    '--username',
    SUPERUSER,
    '--auth=trust',
    // With LANG unset initdb would use SQL_ASCII. The builtin locale provider sorts the same on every machine.
    '--encoding=UTF8',
    '--no-locale',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ];
  try {
    await run(command as string, args, { env: PROGRAM_ENVIRONMENT, timeout: INIT_TIMEOUT_MS, cwd: '/' });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    throw new EmbeddedPostgresError('postgres.failed', `initdb failed: ${said || (cause as Error).message}`, {
      hint: 'Mend it, or set DATABASE_URL to a PostgreSQL 15 or newer.',
      cause,
    });
  }
}

/** Deletes the folders of starts that were killed during initdb. */
async function removeUnfinished(dataDir: string): Promise<void> {
  const names = (await readdir(dataDir)).filter((name) => name.startsWith(UNFINISHED_PREFIX));
  await Promise.all(names.map((name) => rm(join(dataDir, name), { recursive: true, force: true })));
}

/** Flushes a folder to disk, without which the rename of a file in it could be lost. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
