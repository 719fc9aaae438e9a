import type { FirstStart } from './accounts/user-queries.ts';
import { startNotifier } from './background/notify.ts';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import type { CreateModuleLogger } from './logging.ts';
import { openMigratedDatabase } from './open-migrated-database.ts';

export interface RunningServer extends AsyncDisposable {
  /** Address of the server; null for a worker whose port is taken. */
  address: string | null;
  firstStart: FirstStart | undefined;
}

export interface StartServerOptions {
  /** Signal that is aborted when the start of the server is to be given up. */
  signal: AbortSignal;
  onLost(error: unknown): void;
}

/** Starts everything in order. Disposing the result stops it in reverse order: requests and background work first, the database last. */
export async function startServer(
  config: Config,
  logger: CreateModuleLogger,
  { signal, onLost }: StartServerOptions,
): Promise<RunningServer> {
  await using started = new AsyncDisposableStack();
  const holder = `pid ${process.pid}, port ${config.PORT}`;
  const pools = started.use(await openMigratedDatabase(config, logger, { holder, signal, onLost }));
  signal.throwIfAborted();

  const notifier = await startNotifier({ ...pools.ingest, log: logger('notifications') });
  started.defer(() => notifier.close());
  const application = await compose({ config, pools, notifier, logger });
  started.defer(() => application.close());
  signal.throwIfAborted();

  const address = await application.listen();
  logger('main').info({ address, role: config.ROLE, startedInMs: Math.round(performance.now()) }, 'ready');
  // Renew the initial token only after listening, so that a start that fails does not use up the token that the next start displays.
  const firstStart = await application.renewInitialToken();
  const running = started.move();
  return { address, firstStart, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
