import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { socketUrl } from '../database/database-url.ts';
import { StartupError } from '../startup-errors.ts';
import { findPostgresBinaries } from './binaries.ts';
import { SUPERUSER } from './cluster.ts';
import { findClusterProcesses } from './cluster-processes.ts';
import { DATABASE } from './embedded-postgres.ts';
import { chooseLauncher } from './launcher.ts';
import { findSocketFolder } from './socket-folder.ts';

/** Returns the URL of the embedded PostgreSQL of a data folder; undefined when it is not running. Starts and changes nothing. */
export async function runningPostgresUrl(dataDir: string): Promise<string | undefined> {
  const socketFolder = await findSocketFolder(dataDir);
  if (socketFolder === undefined || (await findClusterProcesses(join(dataDir, 'postgres'))).length === 0)
    return undefined;
  return socketUrl(socketFolder, SUPERUSER, DATABASE);
}

/** Why the embedded PostgreSQL cannot run here, without starting it; undefined when it can. */
export async function canRunPostgres(dataDir: string): Promise<StartupError | undefined> {
  // A folder that cannot be looked at is reported by whoever checks the folder itself.
  const exists = (await stat(dataDir).catch(() => undefined)) !== undefined;
  const folder = exists ? dataDir : await mkdtemp(join(tmpdir(), 'ccpg-'));
  try {
    await chooseLauncher(await findPostgresBinaries(), folder);
    return undefined;
  } catch (error) {
    if (error instanceof StartupError) return error;
    throw error;
  } finally {
    if (!exists) await rm(folder, { recursive: true });
  }
}
