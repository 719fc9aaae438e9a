import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgresBinaries } from './binaries.ts';
import { SUPERUSER } from './cluster.ts';
import { findClusterProcesses } from './cluster-processes.ts';
import { DATABASE } from './embedded-postgres.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { chooseLauncher } from './launcher.ts';
import { findSocketFolder } from './socket-folder.ts';
import { socketUrl } from './socket-url.ts';

/** Returns the connection URL of the embedded PostgreSQL in a data folder; undefined when it is not running. Starts and changes nothing. */
export async function runningPostgresUrl(dataDir: string): Promise<string | undefined> {
  const socketFolder = await findSocketFolder(dataDir);
  if (socketFolder === undefined || (await findClusterProcesses(join(dataDir, 'postgres'))).length === 0)
    return undefined;
  return socketUrl(socketFolder, SUPERUSER, DATABASE);
}

/** Returns the reason why the embedded PostgreSQL cannot run here; undefined when it can. Does not start it. */
export async function canRunPostgres(dataDir: string): Promise<EmbeddedPostgresError | undefined> {
  const exists = (await stat(dataDir).catch(() => undefined)) !== undefined;
  const folder = exists ? dataDir : await mkdtemp(join(tmpdir(), 'ccpg-'));
  try {
    await chooseLauncher(await findPostgresBinaries(), folder);
    return undefined;
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) return error;
    throw error;
  } finally {
    if (!exists) await rm(folder, { recursive: true });
  }
}
