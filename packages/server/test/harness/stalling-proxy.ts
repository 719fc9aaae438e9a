import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { parseDatabaseUrl } from '../../src/database/database-url.ts';

export interface StallingProxy extends AsyncDisposable {
  /** URL by which clients reach the database through the proxy. */
  url: string;
  /** Makes the proxy accept connections and bytes but forward nothing, like a proxy that has lost its database. */
  stall(): void;
  /** Makes the proxy forward again. Bytes that arrived in the meantime are lost. */
  goOn(): void;
}

/** Starts a proxy in front of a database on a Unix socket. */
export async function startStallingProxy(databaseUrl: string): Promise<StallingProxy> {
  const { host: socketFolder, database, user } = parseDatabaseUrl(databaseUrl).hosts[0];
  let isStalled = false;
  const sockets = new Set<Socket>();
  const pass = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (bytes) => {
      if (!isStalled) to.write(bytes);
    });
    from.on('error', () => from.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = connect(join(String(socketFolder), '.s.PGSQL.5432'));
    pass(client, upstream);
    pass(upstream, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://${user}@127.0.0.1:${port}/${database}`,
    stall() {
      isStalled = true;
    },
    goOn() {
      isStalled = false;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
