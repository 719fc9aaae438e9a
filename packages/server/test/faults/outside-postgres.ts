import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  chooseLauncher,
  ensureCluster,
  findClusterProcesses,
  findPostgresBinaries,
  makeSocketFolder,
  type PostgresSettings,
  SERVER_SETTINGS,
  SUPERUSER,
  socketUrl,
  startPostmaster,
  stopClusterProcesses,
} from '@commandcenter/embedded-postgres';
import pg from 'pg';
import { pino } from 'pino';
import { waitFor } from '../harness/wait-for.ts';

/** The role that the server connects with. It is not a superuser, as is usual in production. */
export const APPLICATION_ROLE = 'application';
export const APPLICATION_DATABASE = 'commandcenter';
const SOCKET_NAME = '.s.PGSQL.5432';

/** A PostgreSQL that is not a child of a server process. */
export class OutsidePostgres {
  readonly socketPath: string;
  /** Connection URL of the superuser through the Unix socket. */
  readonly url: string;
  readonly #folder: string;
  readonly #settings: PostgresSettings;

  private constructor(folder: string, socketFolder: string, settings: PostgresSettings) {
    this.#folder = folder;
    this.#settings = settings;
    this.socketPath = join(socketFolder, SOCKET_NAME);
    this.url = socketUrl(socketFolder, SUPERUSER, APPLICATION_DATABASE);
  }

  /** Creates and starts a cluster with an empty database that belongs to the application's role. */
  static async create(folder: string, settings: PostgresSettings = {}): Promise<OutsidePostgres> {
    await mkdir(folder, { mode: 0o700 });
    const postgres = new OutsidePostgres(folder, await makeSocketFolder(folder), settings);
    await postgres.start();
    const client = new pg.Client({ connectionString: postgres.url.replace(APPLICATION_DATABASE, 'postgres') });
    await client.connect();
    await client.query(`create role ${APPLICATION_ROLE} login`);
    await client.query(`create database ${APPLICATION_DATABASE} owner ${APPLICATION_ROLE}`);
    await client.end();
    return postgres;
  }

  /** Creates and starts a standby of this cluster. From then on this cluster acknowledges no commit that the standby does not have. */
  async addStandby(folder: string): Promise<OutsidePostgres> {
    await this.stop();
    await mkdir(folder, { mode: 0o700 });
    const conninfo = `host=${join(this.socketPath, '..')} user=${SUPERUSER} application_name=standby`;
    const standby = new OutsidePostgres(folder, await makeSocketFolder(folder), { primary_conninfo: conninfo });
    await promisify(execFile)('cp', ['-a', this.#cluster, standby.#cluster]);
    await writeFile(join(standby.#cluster, 'standby.signal'), '');
    Object.assign(this.#settings, { synchronous_standby_names: 'standby' });
    await this.start();
    await standby.start();
    const client = await this.connect();
    await waitFor('the standby to be synchronous', async () => {
      const { rows } = await client.query(`select from pg_stat_replication where sync_state = 'sync'`);
      return rows.length === 1;
    });
    await client.end();
    return standby;
  }

  async start(): Promise<void> {
    const binaries = await findPostgresBinaries();
    const launcher = await chooseLauncher(binaries, this.#folder);
    const cluster = await ensureCluster(binaries, launcher, this.#folder);
    await startPostmaster({
      binaries,
      launcher,
      cluster,
      socketFolder: join(this.socketPath, '..'),
      settings: { ...SERVER_SETTINGS, ...this.#settings },
      logFile: join(this.#folder, 'postgres.log'),
      log: pino({ level: 'silent' }),
    });
  }

  /** Stops the cluster like `pg_ctl stop -m fast`. */
  async stop(): Promise<void> {
    await stopClusterProcesses(this.#cluster);
  }

  processes(): Promise<number[]> {
    return findClusterProcesses(this.#cluster);
  }

  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  get #cluster(): string {
    return join(this.#folder, 'postgres');
  }
}
