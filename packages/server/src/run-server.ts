import { type Config, loadEnvironmentFile, readConfig } from './config.ts';
import { createLogger, type Logger } from './logging.ts';
import { printWelcome, printWelcomeAsJson } from './print-welcome.ts';
import { startServer } from './start-server.ts';
import { StartupError, type StartupExitCode } from './startup-errors.ts';

/** Time in ms after which a stopping process exits, even if something still hangs. The next start continues the unfinished work. */
const LONGEST_STOP_MS = 9000;

/** Time in ms within which repeated signals count as one: Ctrl-C reaches both npm and this process, and npm forwards it. */
const ONE_STOP_MS = 1000;

export interface RunServerOptions {
  /** Settings that replace those of the environment. */
  overrides?: Partial<Pick<Config, 'ROLE'>>;
  /** True to print the address as one line of JSON. */
  json?: boolean;
}

/**
 * Runs a server process, from reading the environment (and `.env`, if there is one) to its exit code. SIGTERM and SIGINT stop it, and a
 * second signal ends it at once.
 */
export async function runServer({ overrides, json = false }: RunServerOptions = {}): Promise<StartupExitCode | 0 | 1> {
  let config: Config;
  try {
    loadEnvironmentFile();
    config = { ...readConfig(), ...overrides };
  } catch (error) {
    return explain(error);
  }
  const logger = createLogger(config);
  const log = logger('main');
  const stopping = new AbortController();
  let exitCode: StartupExitCode | 0 | 1 = 0;

  exitOnUncaughtErrors(log);
  stopOnSignals(stopping, log);
  stopping.signal.addEventListener('abort', () => {
    setTimeout(() => {
      log.warn({ afterMs: LONGEST_STOP_MS }, 'stopped before all work had ended');
      process.exit(exitCode);
    }, LONGEST_STOP_MS).unref();
  });
  try {
    await using server = await startServer(config, logger, {
      signal: stopping.signal,
      onLost(error) {
        exitCode = explain(error, log);
        stopping.abort();
      },
    });
    if (json) printWelcomeAsJson(server);
    else printWelcome(config, server);
    if (!stopping.signal.aborted) await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
  } catch (error) {
    if (!stopping.signal.aborted) return explain(error, log);
  }
  log.info({ exitCode }, 'stopped');
  return exitCode;
}

/** Prints one line when the user can fix the cause. Everything else is a bug and is logged completely. Returns the exit code. */
function explain(error: unknown, log?: Logger): StartupExitCode | 1 {
  if (error instanceof StartupError) {
    process.stderr.write(`${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}\n`);
    log?.debug({ err: error }, 'the server cannot continue');
    return error.exitCode;
  }
  if (log === undefined) throw error;
  log.fatal({ err: error }, 'the server cannot continue');
  return 1;
}

function exitOnUncaughtErrors(log: Logger): void {
  // After an uncaught error the memory cannot be trusted. PostgreSQL ends with this process, and the next start continues the unfinished
  // work.
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'uncaught error');
    process.exit(1);
  });
}

function stopOnSignals(stopping: AbortController, log: Logger): void {
  let firstAt: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        log.info({ signal }, 'stopping');
        stopping.abort();
      } else if (performance.now() - firstAt > ONE_STOP_MS) {
        log.warn({ signal }, 'stopping at once');
        process.exit(1);
      }
    });
  }
}
