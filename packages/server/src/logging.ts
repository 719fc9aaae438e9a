import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger } from 'pino';

/** Creates the logger of a module, such as `logger('sync')`. */
export type CreateModuleLogger = (module: string) => Logger;

const MOST_UNREAD_BYTES = 4 * 1024 * 1024;

/** Names of fields whose values are redacted in logs, at every depth that our log records have. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'token',
  'access_token',
  'accessToken',
  'refresh_token',
  'refreshToken',
  'client_secret',
  'clientSecret',
  'private_key',
  'privateKey',
  'webhook_secret',
  'webhookSecret',
  'secret',
  'password',
  'connectionString',
];

const redactedPaths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `*.*.*.${field}`]).concat(
  'req.headers["x-hub-signature-256"]',
  'headers["x-hub-signature-256"]',
);

/**
 * Creates loggers that write JSON to standard error, because standard output is for what a user asked to see. LOG_MODULES sets the level
 * of a module; an entry for `sync` also applies to `sync.outbox`.
 */
export function createLogger(
  config: Pick<Config, 'LOG_LEVEL' | 'LOG_MODULES'>,
  stream: DestinationStream = openStandardError(),
): CreateModuleLogger {
  const root = pino(
    {
      level: config.LOG_LEVEL,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: '[redacted]' },
    },
    stream,
  );
  return (module) => root.child({ module }, { level: moduleLevel(config, module) });
}

/**
 * Opens standard error without ever waiting for its reader, which may hang (a log collector, a terminal after Ctrl-S) and must not stop
 * the server. Unread lines stay in memory up to a limit; further ones are dropped and counted. pino writes the rest when the process
 * ends.
 */
function openStandardError(): DestinationStream {
  const stream = destination({ dest: 2, sync: false, maxLength: MOST_UNREAD_BYTES });
  let leftOut = 0;
  stream.on('drop', () => {
    leftOut += 1;
  });
  stream.on('drain', () => {
    if (leftOut === 0) return;
    const msg = `${leftOut} log lines are left out, because the log was not read fast enough`;
    leftOut = 0;
    stream.write(`${JSON.stringify({ level: 'warn', time: new Date().toISOString(), module: 'logging', msg })}\n`);
  });
  return stream;
}

function moduleLevel(config: Pick<Config, 'LOG_LEVEL' | 'LOG_MODULES'>, module: string): string {
  for (let name = module; name !== ''; name = name.slice(0, Math.max(name.lastIndexOf('.'), 0))) {
    const level = config.LOG_MODULES[name];
    if (level !== undefined) return level;
  }
  return config.LOG_LEVEL;
}
