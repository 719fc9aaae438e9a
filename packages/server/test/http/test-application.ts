import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Scope } from '../../src/accounts/scope.ts';
import { startNotifier } from '../../src/background/notify.ts';
import { type Application, type ComposeOptions, compose } from '../../src/compose.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Database } from '../../src/database/database.ts';
import { closeDatabasePools, type DatabasePoolsOptions, openDatabasePools } from '../../src/database/database-pools.ts';
import type { Registry } from '../../src/integrations/registry.ts';
import type { CreateModuleLogger } from '../../src/logging.ts';
import { createTestDatabase } from '../harness/test-database.ts';
import { type Answer, type Ask, createAsk } from './ask.ts';

export const ADMIN_TOKEN = 'the-admin-token-of-tests-1234';

export interface TestApplication extends AsyncDisposable {
  url: string;
  /** Database connections of the test, which do not belong to the application. */
  db: Database;
  application: Application;
  /** Sends a request with the admin token. Every response is compared with the API description. */
  ask: Ask;
  /** Creates a token through the API and returns a function that sends requests with it. */
  as(token: { scopes: readonly Scope[]; project_id?: number }): Promise<Ask>;
  /** Returns a function that sends requests with the given token, or without one. */
  withToken(token: string | undefined): Ask;
}

export interface TestApplicationOptions
  extends Pick<DatabasePoolsOptions, 'apiStatementTimeoutMs'>,
    Pick<ComposeOptions, 'requestWaitMs' | 'connections'> {
  /** Creates the loggers of the application. Default: loggers that write nothing. */
  createLogger?: CreateModuleLogger;
}

/**
 * Starts the whole server in this process, over real HTTP and with its own database.
 *
 * @param registry integrations that replace the installed ones
 */
export async function startTestApplication(
  environment: Record<string, string> = {},
  registry?: Registry,
  { createLogger, requestWaitMs, connections, ...limits }: TestApplicationOptions = {},
): Promise<TestApplication> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'commandcenter-http-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const database = await createTestDatabase();
  started.defer(() => database.destroy());
  const config: Config = readConfig({
    PORT: '0',
    DATA_DIR: folder,
    COMMANDCENTER_ADMIN_TOKEN: ADMIN_TOKEN,
    ...environment,
  });
  const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }, pino.destination(2));
  const logger = createLogger ?? ((module: string) => log.child({ module }));
  const pools = openDatabasePools({ url: database.url, log, config, ...limits });
  started.defer(() => closeDatabasePools(pools));
  const notifier = await startNotifier({ ...pools.ingest, log });
  started.defer(() => notifier.close());
  const application = await compose({
    config,
    pools,
    notifier,
    logger,
    ...(registry === undefined ? {} : { registry }),
    ...(requestWaitMs === undefined ? {} : { requestWaitMs }),
    ...(connections === undefined ? {} : { connections }),
  });
  started.defer(() => application.close());
  const url = (await application.listen()) as string;

  const withToken = await createAsk(url);
  const ask = withToken(ADMIN_TOKEN);
  const owned = started.move();
  return {
    url,
    db: database.db,
    application,
    ask,
    withToken,
    async as(token) {
      const { body } = await ask('POST', '/api/v1/tokens', { body: { name: 'test', ...token } });
      return withToken((body as unknown as { token: string }).token);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export type { Answer, Ask };
