import { execFile } from 'node:child_process';
import { access, chown, constants, lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';

const run = promisify(execFile);

/** Environment of PostgreSQL's programs. It leaves out PGDATA, PGOPTIONS and the locale of the user who starts the server. */
export const PROGRAM_ENVIRONMENT: NodeJS.ProcessEnv = {
  LC_ALL: 'C',
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
};

/** Uid of `nobody` in all distributions. initdb requires a uid that has a name. */
const UNPRIVILEGED_UID = 65534;

/** A way to run PostgreSQL's programs, which refuse to run as root, whoever owns their files. */
export interface Launcher {
  name: string;
  /**
   * Returns the command line to put before that of a PostgreSQL program, so that the kernel sends the program the given signal when our
   * process dies.
   */
  prefix(signalOnParentDeath: 'INT' | 'KILL'): string[];
  /** Uid that owns the database files under this launcher; undefined for the user of this process. */
  owner?: number;
}

const pdeathsig = (signal: string): string[] => ['setpriv', '--pdeathsig', signal];

const PLAIN: Launcher = { name: 'plain', prefix: () => [] };

const TIED: Launcher = { name: 'tied', prefix: (signal) => [...pdeathsig(signal), '--'] };

/**
 * Launcher that runs PostgreSQL in a user namespace in which root appears as `nobody`. The files stay root's, so that this works below
 * folders that only root may enter.
 */
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
 * Launcher that runs PostgreSQL as `nobody` with the one capability that lets it pass private folders. Needed where user namespaces are
 * forbidden, as in most containers, or where another user owns the parent folders.
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

/**
 * Tries the launchers (ways to run PostgreSQL's programs) in turn and returns the first that can run PostgreSQL and write to the data
 * folder. Throws EmbeddedPostgresError when none can.
 */
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
  // When the launcher has an owner of its own, test only that the data folder can be entered: the folder that this owner will write to
  // does not exist yet.
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

/**
 * Changes the owner of a folder and everything in it to the launcher's owner, unless that is the owner already. This is needed for a data
 * folder that was moved into a container.
 */
export async function handOver(launcher: Launcher, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const owner = launcher.owner ?? 0;
  if ((await lstat(folder)).uid === owner) return;
  await access(folder, constants.R_OK);
  const directory = await opendir(folder, { recursive: true });
  for await (const entry of directory) await lchownEntry(join(entry.parentPath, entry.name), owner);
  // Change the folder itself last, so that an interrupted run is repeated by the next start.
  await lchownEntry(folder, owner);
}

async function lchownEntry(path: string, owner: number): Promise<void> {
  if ((await lstat(path)).isSymbolicLink()) return;
  await chown(path, owner, owner);
}
