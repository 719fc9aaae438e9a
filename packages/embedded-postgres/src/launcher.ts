import { execFile } from 'node:child_process';
import { access, chown, constants, lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';

const run = promisify(execFile);

/** Environment of PostgreSQL's programs, without PGDATA, PGOPTIONS and the locale of the person who starts the server. */
export const PROGRAM_ENVIRONMENT: NodeJS.ProcessEnv = {
  LC_ALL: 'C',
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
};

/** `nobody` of every distribution: initdb insists on a uid that has a name. */
const UNPRIVILEGED_UID = 65534;

/** A way to run PostgreSQL's programs. PostgreSQL refuses to run as root, whoever owns its files. */
export interface Launcher {
  name: string;
  /** The command line in front of the program's own, with the signal the kernel sends it when this process dies. */
  prefix(signalOnParentDeath: 'INT' | 'KILL'): string[];
  /** User who owns the files outside of a user namespace; undefined for the user of this process. */
  owner?: number;
}

const pdeathsig = (signal: string): string[] => ['setpriv', '--pdeathsig', signal];

const PLAIN: Launcher = { name: 'plain', prefix: () => [] };

const TIED: Launcher = { name: 'tied', prefix: (signal) => [...pdeathsig(signal), '--'] };

/** Root outside, nobody inside: files stay root's, so that it works under folders only root may enter. */
const USER_NAMESPACE: Launcher = {
  name: 'user-namespace',
  prefix: (signal) => [
    'unshare',
    '--user',
    `--map-user=${UNPRIVILEGED_UID}`,
    `--map-group=${UNPRIVILEGED_UID}`,
    '--',
    ...pdeathsig(signal),
    '--',
  ],
};

/**
 * Runs as `nobody` with the one capability that lets it pass private folders. Needed where user namespaces are forbidden (most
 * containers) or another user owns the parent folders.
 */
const DROPPED_USER: Launcher = {
  name: 'dropped-user',
  owner: UNPRIVILEGED_UID,
  prefix: (signal) => [
    ...pdeathsig(signal),
    `--reuid=${UNPRIVILEGED_UID}`,
    `--regid=${UNPRIVILEGED_UID}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--',
  ],
};

export const ROOT_LAUNCHERS: readonly Launcher[] = [USER_NAMESPACE, DROPPED_USER];
export const USER_LAUNCHERS: readonly Launcher[] = [TIED, PLAIN];

/** Tries the ways to run PostgreSQL in turn and returns the first that can run the program and write the data folder. */
export async function chooseLauncher(
  binaries: PostgresBinaries,
  dataDir: string,
  candidates: readonly Launcher[] = process.getuid?.() === 0 ? ROOT_LAUNCHERS : USER_LAUNCHERS,
): Promise<Launcher> {
  const failures: string[] = [];
  for (const launcher of candidates) {
    const failure = await probe(launcher, binaries, dataDir);
    if (failure === undefined) return launcher;
    failures.push(`${launcher.name}: ${failure}`);
  }
  throw new EmbeddedPostgresError(
    'postgres.not_runnable',
    `The embedded PostgreSQL cannot run here (${failures.join('; ')}).`,
    {
      hint: 'Start as an ordinary user who owns DATA_DIR, or set DATABASE_URL to a PostgreSQL 15 or newer.',
    },
  );
}

async function probe(launcher: Launcher, binaries: PostgresBinaries, dataDir: string): Promise<string | undefined> {
  // A folder owned by nobody does not exist yet when DROPPED_USER is tried: what must be shown is only that it can be reached.
  const script = `"$1" --version >/dev/null && test -x "$2" && ${launcher.owner === undefined ? 'test -w "$2"' : 'true'}`;
  const [command, ...args] = [...launcher.prefix('KILL'), 'sh', '-c', script, 'sh', binaries.postgres, dataDir];
  try {
    await run(command as string, args, { env: PROGRAM_ENVIRONMENT, timeout: 10_000 });
    return undefined;
  } catch (error) {
    const failure = error as NodeJS.ErrnoException & { stderr?: string };
    return (
      failure.stderr?.trim().split('\n')[0] || (failure.code === 'ENOENT' ? `no ${command}` : 'no access to the folder')
    );
  }
}

/** Hands a folder and all in it to the launcher's owner, if it is not the owner's already (a data folder moved into a container). */
export async function handOver(launcher: Launcher, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const owner = launcher.owner ?? 0;
  if ((await lstat(folder)).uid === owner) return;
  await access(folder, constants.R_OK);
  const directory = await opendir(folder, { recursive: true });
  for await (const entry of directory) await lchownEntry(join(entry.parentPath, entry.name), owner);
  // The folder itself comes last, so that an interrupted walk is done again.
  await lchownEntry(folder, owner);
}

async function lchownEntry(path: string, owner: number): Promise<void> {
  if ((await lstat(path)).isSymbolicLink()) return;
  await chown(path, owner, owner);
}
