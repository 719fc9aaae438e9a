import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimitOptions {
  /** Connections of all addresses together. */
  total: number;
  perAddress: number;
  /** The address that a connection counts for. Undefined: it counts for the total alone, as that of a trusted proxy does. */
  addressOf(socket: Socket): string | undefined;
  /** Returns true for a response that only somebody who is known here gets. Connections that had one are closed last. */
  isOfKnownClient(request: IncomingMessage, response: ServerResponse): boolean;
}

interface Connection {
  address: string | undefined;
  /** Time of `performance.now()`. */
  activeAt: number;
  /** The latest request. */
  request?: IncomingMessage;
  response?: ServerResponse;
  /** It has had a response that only a known client gets. */
  isKnown: boolean;
}

/** A response that takes longer may be cut for a new connection. No webhook and no call of the API does; event streams are resumed. */
const LONGEST_RESPONSE_MS = 30_000;

/**
 * Limits the connections of a server. At a limit a new connection takes the place of the one that was active the longest time ago and has
 * no response under way, so that connections which are merely held open keep nobody out. Those of known clients are closed last.
 */
export function limitConnections(server: Server, options: ConnectionLimitOptions): void {
  const { total, perAddress, addressOf, isOfKnownClient } = options;
  // Both are ordered by activity, the latest at the end.
  const all = new Map<Socket, Connection>();
  const byAddress = new Map<string, Set<Socket>>();

  const remove = (socket: Socket): void => {
    const address = all.get(socket)?.address;
    all.delete(socket);
    if (address === undefined) return;
    const own = byAddress.get(address);
    own?.delete(socket);
    if (own?.size === 0) byAddress.delete(address);
  };

  const isReplaceable = (socket: Socket): boolean => {
    const connection = all.get(socket);
    if (connection === undefined) return true;
    const { request, response, activeAt } = connection;
    const isServed = request?.complete === true && response?.closed === false && !response.writableFinished;
    return !isServed || performance.now() - activeAt > LONGEST_RESPONSE_MS;
  };

  /** Returns false when every connection has a response under way. */
  const makeRoom = (sockets: Iterable<Socket>): boolean => {
    let replaced: Socket | undefined;
    for (const socket of sockets) {
      if (!isReplaceable(socket)) continue;
      const isStranger = all.get(socket)?.isKnown !== true;
      if (isStranger || replaced === undefined) replaced = socket;
      if (isStranger) break;
    }
    if (replaced === undefined) return false;
    remove(replaced);
    replaced.destroy();
    return true;
  };

  server.on('connection', (socket: Socket) => {
    const address = addressOf(socket);
    const own = address === undefined ? undefined : byAddress.get(address);
    const hasRoom =
      (own === undefined || own.size < perAddress || makeRoom(own)) && (all.size < total || makeRoom(all.keys()));
    if (!hasRoom) {
      socket.destroy();
      return;
    }
    all.set(socket, { address, activeAt: performance.now(), isKnown: false });
    if (address !== undefined) byAddress.set(address, (byAddress.get(address) ?? new Set()).add(socket));
    socket.once('close', () => remove(socket));
  });

  server.on('request', (request, response) => {
    const { socket } = request;
    const connection = all.get(socket);
    if (connection === undefined) return;
    Object.assign(connection, { activeAt: performance.now(), request, response });
    all.delete(socket);
    all.set(socket, connection);
    const own = connection.address === undefined ? undefined : byAddress.get(connection.address);
    own?.delete(socket);
    own?.add(socket);
    if (connection.isKnown) return;
    response.once('finish', () => {
      connection.isKnown ||= isOfKnownClient(request, response);
    });
  });
}
