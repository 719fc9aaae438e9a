import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimitOptions {
  /** Most open connections of all addresses together. */
  total: number;
  perAddress: number;
  /**
   * Returns the address for which a connection is counted; undefined for a connection that counts only towards the total, such as one of
   * a trusted proxy.
   */
  addressOf(socket: Socket): string | undefined;
  /** Returns true for a response that only a known client gets. Connections that have sent one are closed last. */
  isOfKnownClient(request: IncomingMessage, response: ServerResponse): boolean;
}

interface Connection {
  address: string | undefined;
  /** Time of the connection's latest activity, from `performance.now()`. */
  activeAt: number;
  /** Latest request on the connection. */
  request?: IncomingMessage;
  response?: ServerResponse;
  /** True when the connection has had a response that only a known client gets. */
  isKnown: boolean;
}

/**
 * Time in ms after which a response may be cut to make room for a new connection. Webhooks and API calls take less, and clients resume
 * event streams.
 */
const LONGEST_RESPONSE_MS = 30_000;

/**
 * Limits the connections of a server. At a limit a new connection replaces the least recently active one that has no response in
 * progress, so that connections which are merely held open keep nobody out. Those of known clients are replaced last.
 */
export function limitConnections(server: Server, options: ConnectionLimitOptions): void {
  const { total, perAddress, addressOf, isOfKnownClient } = options;
  // The connections in both maps are ordered by activity, the most recently active one at the end.
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

  /** Closes one of the given connections to make room for a new one. Returns false when all of them have a response in progress. */
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
