import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Notifier } from './background/notify.ts';
import type { Config } from './config.ts';
import { addApi } from './http/api.ts';
import { createApp } from './http/app.ts';
import { createCursors } from './http/cursor.ts';
import { loadInstanceKeys } from './keys/instance-keys.ts';
import { loadKeyRing } from './keys/load-key-ring.ts';
import type { CreateModuleLogger } from './logging.ts';
import { ListenError } from './startup-errors.ts';
import type { DatabaseConnections } from './store/database.ts';
import { bootstrapOwner, type FirstStart } from './store/users.ts';
import { version } from './version.ts';

export interface ComposeOptions {
  config: Config;
  /** Migrated. The caller closes it, after the application. */
  connections: DatabaseConnections;
  /** Listening. The caller closes it, after the application. */
  notifier: Notifier;
  logger: CreateModuleLogger;
  clock?: { now(): Date };
}

export interface Application {
  /** What the first start made, with the token to show once; undefined on every later one. */
  firstStart: FirstStart | undefined;
  /** Starts to serve and to work; resolves to the address it listens at, null for a worker whose port is taken. */
  listen(): Promise<string | null>;
  /** Stops accepting, finishes or hands back what runs. */
  close(): Promise<void>;
}

/** Builds what this process does, by its ROLE. Nothing runs before `listen()`. */
export async function compose(options: ComposeOptions): Promise<Application> {
  const { config, connections, notifier, logger, clock = { now: () => new Date() } } = options;
  const { db } = connections;
  const serves = config.ROLE === 'all' || config.ROLE === 'api';
  const keys = await loadKeyRing(db, config, clock.now());
  const instanceKeys = await loadInstanceKeys(db, keys);
  const app = await createApp({
    db,
    clock,
    log: logger('http'),
    keys,
    adminToken: config.COMMANDCENTER_ADMIN_TOKEN,
    version,
    role: config.ROLE,
  });
  if (serves) {
    await addApi(app, {
      db,
      notifier,
      log: logger('http'),
      clock,
      cursors: createCursors(instanceKeys.cursor),
      randomBytes,
      version,
      publicUrl: config.PUBLIC_URL,
    });
  }
  const firstStart = await bootstrapOwner(db);

  return {
    firstStart,
    async listen() {
      try {
        await app.fastify.listen({ port: config.PORT, host: config.HOST });
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL' && code !== 'ENOTFOUND') throw cause;
        throw new ListenError(`Cannot listen on ${config.HOST}:${config.PORT}: ${code}`, {
          hint: 'Set PORT to a free one, for example PORT=8001.',
          cause,
        });
      }
      const { address, port, family } = app.fastify.server.address() as AddressInfo;
      return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    },
    async close() {
      await app.fastify.close();
    },
  };
}
