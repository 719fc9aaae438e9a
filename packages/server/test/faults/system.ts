import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DATABASE, findClusterProcesses, SUPERUSER, socketUrl } from '@commandcenter/embedded-postgres';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import pg from 'pg';
import { forwardTo, type TcpForwarder } from '../harness/tcp-forwarder.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { Fault } from './fault.ts';
import { APPLICATION_DATABASE, APPLICATION_ROLE, OutsidePostgres } from './outside-postgres.ts';
import { makeReapedFolder } from './reaped-folder.ts';
import { SupervisedServer } from './supervised-server.ts';

/**
 * The processes of a system. `one`: a server process with its embedded PostgreSQL. The others have a separate PostgreSQL, which they
 * reach through a network that can fail. `roles`: one process each for `api`, `ingest` and `worker`. `two`: two processes that do
 * everything. `standby`: one process, with a primary and a synchronous standby.
 */
export type Layout = 'one' | 'roles' | 'two' | 'standby';

const LAYOUTS: Record<Layout, { servers: Record<string, string>; targets: string[] }> = {
  one: { servers: { server: 'all' }, targets: ['server'] },
  roles: {
    servers: { api: 'api', ingest: 'ingest', worker: 'worker' },
    targets: ['ingest'],
  },
  two: { servers: { server: 'all', 'other server': 'all' }, targets: ['server', 'other server'] },
  standby: { servers: { server: 'all' }, targets: ['server'] },
};

const ADMIN_TOKEN = 'the-admin-token-of-the-faults';
export const WEBHOOK_SECRET = 'the-webhook-secret-of-the-faults';
/** Number of issues in the repository that is imported. */
export const IMPORTED_ISSUES = 40;
export const IMPORTED_TITLE = 'Imported issue';

/** The server as people run it, with everything that it needs, in processes that can be made to fail. */
export class FaultySystem implements AsyncDisposable {
  readonly servers = new Map<string, SupervisedServer>();
  targets: string[] = [];
  /** Folder of the embedded database. */
  readonly dataDir: string;
  /** The separate PostgreSQL; undefined in the layout `one`. */
  postgres: OutsidePostgres | undefined;
  network: TcpForwarder | undefined;
  /** The standby of `postgres`; defined only in the layout `standby`. */
  standby: OutsidePostgres | undefined;
  /** True once the standby accepts writes. */
  isPromoted = false;
  /** Id of the import job that a worker has claimed; undefined if no import was started. */
  importJob: number | undefined;
  readonly #owned = new AsyncDisposableStack();
  readonly #folder: string;
  readonly #held: pg.Client[] = [];
  #github: FakeGitHub | undefined;
  #integration = 0;
  #environment: Record<string, string> & { DATA_DIR: string };

  private constructor(folder: string) {
    this.#folder = folder;
    this.dataDir = join(folder, 'data');
    this.#environment = { DATA_DIR: this.dataDir };
  }

  static async start(
    layout: Layout,
    { environment = {}, prepareFolder }: Pick<Fault, 'environment' | 'prepareFolder'> = {},
  ): Promise<FaultySystem> {
    await using owned = new AsyncDisposableStack();
    const folder = owned.use(await makeReapedFolder());
    const system = new FaultySystem(folder.path);
    owned.use(system);
    prepareFolder?.(system.dataDir);
    await system.#start(layout, environment);
    const moved = owned.move();
    return Object.assign(system, { [Symbol.asyncDispose]: () => moved.disposeAsync() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  server(name: string): SupervisedServer {
    const server = this.servers.get(name);
    assert.ok(server !== undefined, `there is no ${name} in this layout`);
    return server;
  }

  /** URL of the database that accepts writes, without the faulty network in between. */
  get databaseUrl(): string {
    if (this.postgres === undefined) return socketUrl(join(this.dataDir, 'run'), SUPERUSER, DATABASE);
    return (this.isPromoted ? this.standby : this.postgres)?.url ?? '';
  }

  async withDatabase<Result>(use: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  /** Opens a database session that does not belong to the server, and keeps it open until `endHeldSessions`. */
  async holdSession(user: string = SUPERUSER): Promise<pg.Client> {
    const session = new pg.Client({ connectionString: this.databaseUrl.replace(/user=[^&]+/, `user=${user}`) });
    session.on('error', () => undefined);
    await session.connect();
    this.#held.push(session);
    return session;
  }

  async endHeldSessions(): Promise<void> {
    await Promise.all(this.#held.splice(0).map((session) => session.end()));
  }

  /**
   * Returns the id of the worker that has claimed the import, or 0 when the import is completed. Returns undefined if there is no import
   * or no worker has claimed it now.
   */
  async claimant(): Promise<number | undefined> {
    const { importJob } = this;
    if (importJob === undefined) return undefined;
    const found = `select case when status = 'completed' then 0 else worker end as worker from jobs where id = $1`;
    const { rows } = await this.withDatabase((client) => client.query<{ worker: number | null }>(found, [importJob]));
    return rows[0]?.worker ?? undefined;
  }

  /** Returns the process ids of the database that the servers use, the postmaster first. */
  async databaseProcesses(): Promise<number[]> {
    const pids =
      this.postgres === undefined
        ? await findClusterProcesses(join(this.dataDir, 'postgres'))
        : await this.postgres.processes();
    return pids.sort((left, right) => left - right);
  }

  /** Starts an import. Resolves when a worker has claimed it and waits for GitHub's first page. */
  async startImport(): Promise<void> {
    assert.ok(this.#github !== undefined);
    this.#github.fault({ kind: 'hang', path: /\/issues/, times: 1 });
    const body = { repository: { owner: 'org', name: 'repo' }, dry_run: false };
    const { job_id } = await this.#call<{ job_id: number }>(`/integrations/${this.#integration}/github/import`, body);
    this.importJob = job_id;
    await waitFor('a worker to have the import', async () => (await this.claimant()) !== undefined);
  }

  async addServer(name: string, role: string): Promise<void> {
    const server = await SupervisedServer.start({ ...this.#environment, ROLE: role });
    this.#owned.defer(() => server.stop());
    this.servers.set(name, server);
  }

  async #start(layout: Layout, environment: Record<string, string>): Promise<void> {
    const github = await startFakeGitHub();
    this.#owned.defer(() => github.close());
    this.#github = github;
    github.state.addOrganization('org');
    github.state.addRepository({ owner: 'org', name: 'repo', collaborators: { bot: 'admin' } });
    const make = (index: number) => ({ title: `${IMPORTED_TITLE} ${index + 1}` });
    github.state.addIssues({ repository: 'org/repo', count: IMPORTED_ISSUES, make });

    const { servers, targets } = LAYOUTS[layout];
    this.#environment = {
      DATA_DIR: this.dataDir,
      ENCRYPTION_KEYS: `faults:${randomBytes(32).toString('base64')}`,
      COMMANDCENTER_ADMIN_TOKEN: ADMIN_TOKEN,
      EGRESS_ALLOW: '127.0.0.1',
      LOG_LEVEL: 'info',
      ...(layout === 'one' ? {} : { DATABASE_URL: await this.#startDatabase(layout === 'standby') }),
      ...environment,
    };
    for (const [name, role] of Object.entries(servers)) await this.addServer(name, role);
    this.targets = targets.map((name) => this.server(name).url);
    const { id } = await this.#call<{ id: number }>('/integrations', {
      project_id: 1,
      name: 'GitHub',
      integration_type: 'github',
      auth_type: 'token',
      access_token: github.state.addToken({ login: 'bot' }),
      config: { webhook_secret: WEBHOOK_SECRET, api_url: github.url },
    });
    this.#integration = id;
  }

  /** Starts the database and returns the URL by which the servers connect to it. */
  async #startDatabase(withStandby: boolean): Promise<string> {
    const postgres = await OutsidePostgres.create(join(this.#folder, 'primary'));
    this.#owned.defer(() => postgres.stop());
    this.postgres = postgres;
    const hosts = [this.#owned.use(await forwardTo(postgres.socketPath))];
    this.network = hosts[0];
    if (withStandby) {
      const standby = await postgres.addStandby(join(this.#folder, 'standby'));
      this.#owned.defer(() => standby.stop());
      this.standby = standby;
      hosts.push(this.#owned.use(await forwardTo(standby.socketPath)));
    }
    const addresses = hosts.map(({ port }) => `127.0.0.1:${port}`).join();
    return `postgresql://${APPLICATION_ROLE}@${addresses}/${APPLICATION_DATABASE}?target_session_attrs=read-write`;
  }

  async #call<Answer>(path: string, body: object): Promise<Answer> {
    const [first] = this.servers.values();
    const response = await fetch(`${first?.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`);
    return (await response.json()) as Answer;
  }
}
