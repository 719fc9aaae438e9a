import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDatabaseUrl } from '../../src/database/database-url.ts';
import { forwardTo, freePort } from './tcp-forwarder.ts';
import { waitFor } from './wait-for.ts';

/** Paths of PgBouncer on Debian, Fedora and macOS. They are not in the PATH of every user. */
const PROGRAMS = [
  '/usr/sbin/pgbouncer',
  '/usr/bin/pgbouncer',
  '/usr/local/bin/pgbouncer',
  '/opt/homebrew/bin/pgbouncer',
];
const program = PROGRAMS.find((path) => spawnSync(path, ['--version']).error === undefined);

/** The reason why tests with a real PgBouncer cannot run on this machine; false if they can. */
export const noPgBouncer: string | false =
  program === undefined ? 'there is no PgBouncer on this machine: apt-get install pgbouncer (Debian, Ubuntu)' : false;

export type PoolMode = 'session' | 'transaction' | 'statement';

export interface PgBouncer extends AsyncDisposable {
  /** URL by which clients reach the database through PgBouncer. */
  url: string;
}

/**
 * Starts PgBouncer in front of a database on a Unix socket. Only its mode and its number of connections differ from the settings of its
 * package.
 */
export async function startPgBouncer(databaseUrl: string, mode: PoolMode): Promise<PgBouncer> {
  if (program === undefined) throw new Error(String(noPgBouncer));
  await using started = new AsyncDisposableStack();
  const { host: socketFolder, database, user } = parseDatabaseUrl(databaseUrl).hosts[0];
  const folder = await mkdtemp(join(tmpdir(), 'commandcenter-pgbouncer-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  // PgBouncer may run as another user, who has no access to the folder of the socket.
  const forward = started.use(await forwardTo(join(String(socketFolder), '.s.PGSQL.5432')));
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(
    file,
    [
      '[databases]',
      `* = host=127.0.0.1 port=${forward.port} user=${user}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = any',
      `pool_mode = ${mode}`,
      'default_pool_size = 60',
      'max_client_conn = 200',
      '',
    ].join('\n'),
  );
  await chmod(folder, 0o755);
  // PgBouncer refuses to run as root.
  const asOther = process.getuid?.() === 0 ? ['--user', 'nobody'] : [];
  const child = spawn(program, [...asOther, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  started.defer(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await waitFor('PgBouncer', () => {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`);
    return said.includes('process up');
  });
  const owned = started.move();
  return {
    url: `postgresql://${user}@127.0.0.1:${port}/${database}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
