import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { pino } from 'pino';
import type { RouteEntry } from '../../src/api/route-table.ts';
import { startNotifier } from '../../src/background/notify.ts';
import { compose } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import type { Database } from '../../src/database/database.ts';
import { closeDatabasePools, openDatabasePools } from '../../src/database/database-pools.ts';
import { ADMIN_TOKEN } from '../http/test-application.ts';
import { createTestDatabase } from './test-database.ts';

/** An API process and an ingest process with one database. No worker runs, so the background work that requests start is never done. */
export interface ServerWithoutWorkers extends AsyncDisposable {
  url: string;
  ingestUrl: string;
  db: Database;
  /** All routes of the API process and the ingest process. A route that both have is listed twice. */
  routes: readonly RouteEntry[];
  /** A fake GitHub with an organization, a repository, an issue and a project. */
  github: { url: string; token: string; state: FakeGitHub['state'] };
}

export async function startServerWithoutWorkers(
  environment: Record<string, string> = {},
): Promise<ServerWithoutWorkers> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'commandcenter-http-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const database = await createTestDatabase();
  started.defer(() => database.destroy());
  const github = await startFakeGitHub({ checks: false });
  started.defer(() => github.close());
  github.state.addOrganization('my-org');
  github.state.addRepository({ owner: 'my-org', name: 'my-repo', collaborators: { 'cc-bot': 'admin' } });
  github.state.addProject({ owner: 'my-org', title: 'A board', public: true });
  github.state.addIssue({ repository: 'my-org/my-repo', title: 'An issue' });
  const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }, pino.destination(2));
  const notifier = await startNotifier({ openClient: database.openClient, pool: database.pool, log });
  started.defer(() => notifier.close());

  const routes: RouteEntry[] = [];
  const serve = async (ROLE: string): Promise<string> => {
    const config = readConfig({
      PORT: '0',
      DATA_DIR: folder,
      COMMANDCENTER_ADMIN_TOKEN: ADMIN_TOKEN,
      EGRESS_ALLOW: '127.0.0.1',
      ...environment,
      ROLE,
    });
    const pools = openDatabasePools({ url: database.url, log, config });
    started.defer(() => closeDatabasePools(pools));
    const application = await compose({ config, pools, notifier, logger: () => log });
    started.defer(() => application.close());
    routes.push(...application.routes);
    return (await application.listen()) as string;
  };
  const url = await serve('api');
  const ingestUrl = await serve('ingest');
  const owned = started.move();
  return {
    url,
    ingestUrl,
    db: database.db,
    routes,
    github: { url: github.url, state: github.state, token: github.state.addToken({ login: 'cc-bot' }) },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
