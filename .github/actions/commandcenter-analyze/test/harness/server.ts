import assert from 'node:assert/strict';
import { type ServerProcess, startServerProcess } from '../../../../../packages/server/test/harness/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../../../../../packages/server/test/harness/test-database.ts';
import { waitFor } from '../../../../../packages/server/test/harness/wait-for.ts';
import { openReverseProxy, type ReverseProxy } from './reverse-proxy.ts';

const ADMIN_TOKEN = 'the-admin-token-of-this-test';
/** Time limit in milliseconds for a job, because many analyses take long on a busy machine. */
const ANALYSIS_MS = 120_000;

/** A job as the API returns it, with the fields that tests use. */
export interface Job {
  id: number;
  status: string;
  parameters: {
    repository: { owner: string; name: string };
    depth: string;
    commit_sha?: string;
    base_sha?: string;
    branch?: string;
    pr_number?: number;
    report_link?: string;
  };
}

/** The real server in its own process, behind a proxy whose address stays the same across restarts. */
export interface RunningServer extends AsyncDisposable {
  /** Address of the proxy, which workflows use. */
  url: string;
  proxy: ReverseProxy;
  database: TestDatabase;
  /** Calls the API as administrator. Throws unless the response is successful. */
  call<Answer>(method: string, path: string, body?: object): Promise<Answer>;
  /** Returns all jobs, newest first. */
  jobs(): Promise<Job[]>;
  job(id: number | string | undefined): Promise<Job>;
  comeTo(id: number | string | undefined, status: string): Promise<Job>;
  /** Ends the server's process; the proxy then responds with 502. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
}

export async function startServer(
  dataDir: string,
  environment: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const proxy = await openReverseProxy();
  const database = await createTestDatabase();
  let running: ServerProcess | undefined;

  const call: RunningServer['call'] = async <Answer>(method: string, path: string, body?: object) => {
    const answer = await fetch(`${proxy.behind}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path} answered ${answer.status}: ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Answer;
  };
  const job: RunningServer['job'] = (id) => call('GET', `/jobs/${id}`);

  const server: RunningServer = {
    url: proxy.url,
    proxy,
    database,
    call,
    jobs: async () => (await call<{ items: Job[] }>('GET', '/jobs?job_type=repository_analysis&limit=200')).items,
    job,
    comeTo: (id, status) =>
      waitFor(
        `job ${id} to be ${status}`,
        async () => {
          const now = await job(id);
          return now.status === status && now;
        },
        ANALYSIS_MS,
      ),
    async stop(signal = 'SIGTERM') {
      proxy.behind = null;
      await running?.stop(signal);
      running = undefined;
    },
    async start() {
      running = startServerProcess({
        DATA_DIR: dataDir,
        DATABASE_URL: database.url,
        COMMANDCENTER_ADMIN_TOKEN: ADMIN_TOKEN,
        PUBLIC_URL: proxy.url,
        ...environment,
      });
      proxy.behind = (await running.ready()).url;
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await proxy[Symbol.asyncDispose]();
      await database.destroy();
    },
  };
  await server.start();
  return server;
}
