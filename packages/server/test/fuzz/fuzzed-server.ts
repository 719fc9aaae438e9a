import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeGitHub } from '@commandcenter/fake-github';
import { pino } from 'pino';
import { startNotifier } from '../../src/background/notify.ts';
import { compose } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import type { Database } from '../../src/store/database.ts';
import { closeDatabasePools, openDatabasePools } from '../../src/store/database-pools.ts';
import { createTestDatabase } from '../harness/test-database.ts';
import { ADMIN_TOKEN } from '../http/test-application.ts';

/** API and ingest on one database, without workers: what a request starts in the background stays where it is. */
export interface FuzzedServer extends AsyncDisposable {
  url: string;
  ingestUrl: string;
  db: Database;
  /** The stand-in that the readable integration reads. */
  github: { url: string; token: string };
}

export async function startFuzzedServer(): Promise<FuzzedServer> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'commandcenter-fuzz-'));
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

  const serve = async (ROLE: string): Promise<string> => {
    const config = readConfig({
      PORT: '0',
      DATA_DIR: folder,
      COMMANDCENTER_ADMIN_TOKEN: ADMIN_TOKEN,
      EGRESS_ALLOW: '127.0.0.1',
      ROLE,
    });
    const pools = openDatabasePools({ url: database.url, log, config });
    started.defer(() => closeDatabasePools(pools));
    const application = await compose({ config, pools, notifier, logger: () => log });
    started.defer(() => application.close());
    return (await application.listen()) as string;
  };
  const url = await serve('api');
  const ingestUrl = await serve('ingest');
  const owned = started.move();
  return {
    url,
    ingestUrl,
    db: database.db,
    github: { url: github.url, token: github.state.addToken({ login: 'cc-bot' }) },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
