import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * State of the forwarder. `open`: connections are forwarded. `cut`: connections are reset, and new ones refused. `silent`: connections
 * are accepted, but nothing is forwarded. A connection that was silent once stays silent, like one that a router has forgotten.
 */
export type ForwarderState = 'open' | 'cut' | 'silent';

export interface TcpForwarder extends AsyncDisposable {
  port: number;
  become(state: ForwarderState): void;
}

/** Opens a TCP port on 127.0.0.1 whose connections are forwarded to a Unix socket. */
export async function forwardTo(path: string): Promise<TcpForwarder> {
  const pairs = new Set<[Socket, Socket]>();
  let state: ForwarderState = 'open';

  const silence = (inside: Socket, outside: Socket): void => {
    inside.unpipe(outside);
    outside.unpipe(inside);
    inside.resume();
    outside.pause();
  };
  const server = createServer((inside) => {
    // An error only means that the client's end has gone; the close event handles that.
    inside.on('error', () => undefined);
    if (state === 'cut') {
      inside.resetAndDestroy();
      return;
    }
    const outside = connect(path);
    const pair: [Socket, Socket] = [inside, outside];
    pairs.add(pair);
    outside.on('error', () => undefined);
    inside.on('close', () => outside.destroy());
    outside.on('close', () => {
      pairs.delete(pair);
      inside.destroy();
    });
    if (state === 'silent') silence(inside, outside);
    else inside.pipe(outside).pipe(inside);
  });
  const port = await listenAnywhere(server);
  return {
    port,
    become(next) {
      state = next;
      for (const [inside, outside] of pairs) {
        if (next === 'silent') silence(inside, outside);
        if (next !== 'cut') continue;
        inside.resetAndDestroy();
        outside.destroy();
      }
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const [inside, outside] of pairs) {
        inside.destroy();
        outside.destroy();
      }
      if (server.listening) await once(server, 'close');
    },
  };
}

/** Returns a port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenAnywhere(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function listenAnywhere(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
