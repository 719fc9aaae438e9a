import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { createEgressLookup } from './egress.ts';
import { EgressDeniedError } from './egress-denied-error.ts';
import type { EgressPolicy } from './egress-policy.ts';

/** A proxy on loopback for programs that are not ours (git), so that their requests pass the same checks as our own. */
export interface EgressProxy {
  /**
   * Address of the proxy with a password that only this process and its children know, so that nobody else on this machine can use the
   * proxy.
   */
  url: string;
  /** Returns why a request to the host was recently refused, or undefined if none was. */
  refusalOf(hostname: string): string | undefined;
  close(): Promise<void>;
}

const IDLE_MS = 60_000;
const MOST_REFUSALS = 100;
/** Value of the header `proxy-authenticate`. It is sent because git gives the proxy's password only after such a challenge. */
const CHALLENGE = 'Basic realm="commandcenter"';

export async function startEgressProxy(policy: EgressPolicy, log: Logger): Promise<EgressProxy> {
  const lookupOf = createEgressLookup(policy);
  const password = randomBytes(24).toString('base64url');
  const authorization = `Basic ${Buffer.from(`commandcenter:${password}`).toString('base64')}`;
  const refusals = new Map<string, string>();
  const sockets = new Set<Duplex>();

  const refuse = (hostname: string, error: unknown): string => {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof EgressDeniedError) {
      refusals.delete(hostname);
      refusals.set(hostname, reason);
      for (const oldest of refusals.keys()) {
        if (refusals.size <= MOST_REFUSALS) break;
        refusals.delete(oldest);
      }
    }
    log.debug({ err: error, hostname }, 'proxied call refused');
    return reason;
  };
  const permitted = (message: IncomingMessage): boolean => message.headers['proxy-authorization'] === authorization;

  const server = createServer((incoming, answer) => {
    if (!permitted(incoming)) return deny(answer, 407, 'This proxy is for the processes of this server.');
    const url = incoming.url !== undefined && URL.canParse(incoming.url) ? new URL(incoming.url) : undefined;
    if (url?.protocol !== 'http:') return deny(answer, 400, 'Only absolute http addresses are proxied.');
    try {
      const lookup = lookupOf('http:', url.hostname, Number(url.port || 80));
      const { 'proxy-authorization': _own, 'proxy-connection': _hop, ...headers } = incoming.headers;
      const outgoing = request(
        url,
        { method: incoming.method, headers, timeout: IDLE_MS, ...(lookup === undefined ? {} : { lookup }) },
        (response) => {
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(answer);
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('it did not respond in time')));
      outgoing.on('error', (error) => deny(answer, statusOf(error), refuse(url.hostname, error)));
      answer.on('close', () => outgoing.destroy());
      incoming.pipe(outgoing);
    } catch (error) {
      deny(answer, statusOf(error), refuse(url.hostname, error));
    }
  });

  server.on('connect', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    // The client is the analyzer's child process, which sees the end of its own connection.
    client.on('error', () => client.destroy());
    const end = (status: number, reason: string): void => {
      const phrase = reason.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 200);
      const ask = status === 407 ? `proxy-authenticate: ${CHALLENGE}\r\n` : '';
      client.end(`HTTP/1.1 ${status} ${phrase}\r\n${ask}content-length: 0\r\nconnection: close\r\n\r\n`);
    };
    if (!permitted(incoming)) return end(407, 'This proxy is for the processes of this server.');
    const target = URL.canParse(`https://${incoming.url}`) ? new URL(`https://${incoming.url}`) : undefined;
    if (target === undefined) return end(400, 'CONNECT needs host:port.');
    let far: Socket;
    try {
      const port = Number(target.port || 443);
      const lookup = lookupOf('https:', target.hostname, port);
      far = connect({
        host: target.hostname.replace(/^\[|\]$/g, ''),
        port,
        ...(lookup === undefined ? {} : { lookup }),
      });
    } catch (error) {
      return end(statusOf(error), refuse(target.hostname, error));
    }
    let connected = false;
    far.setTimeout(IDLE_MS, () => far.destroy(new Error('it did not respond in time')));
    far.on('connect', () => {
      connected = true;
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.write(head);
      far.pipe(client);
      client.pipe(far);
    });
    far.on('error', (error) => {
      if (connected) client.destroy();
      else end(statusOf(error), refuse(target.hostname, error));
    });
    client.on('close', () => far.destroy());
  });

  server.listen(0, '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://commandcenter:${password}@127.0.0.1:${port}`,
    refusalOf: (hostname) => refusals.get(hostname),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const statusOf = (error: unknown): number => (error instanceof EgressDeniedError ? 403 : 502);

function deny(answer: ServerResponse, status: number, reason: string): void {
  if (answer.headersSent) answer.destroy();
  else {
    const ask = status === 407 ? { 'proxy-authenticate': CHALLENGE } : {};
    answer.writeHead(status, { 'content-type': 'text/plain', ...ask }).end(reason);
  }
}
