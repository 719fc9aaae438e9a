import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stand-in for the registries, with responses by path, reduced to the used parts. */
export interface RegistryServer {
  url: string;
  /** Paths that clients requested from the server, in order. */
  requests: string[];
  /** Responses by path: a value to send as JSON, a text, or a status. */
  responses: Map<string, unknown>;
  close(): Promise<void>;
}

export async function startRegistryServer(): Promise<RegistryServer> {
  const requests: string[] = [];
  const responses = new Map<string, unknown>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const configured = responses.get(path);
    const responseBody: unknown =
      Array.isArray(configured) && configured[0] === 'in turn'
        ? configured.length > 2
          ? configured.splice(1, 1)[0]
          : configured[1]
        : configured;
    if (!request.headers['user-agent']?.startsWith('CommandCenter/')) response.writeHead(403).end();
    else if (responseBody === undefined) response.writeHead(404).end();
    else if (typeof responseBody === 'number') response.writeHead(responseBody).end();
    else response.writeHead(200).end(typeof responseBody === 'string' ? responseBody : JSON.stringify(responseBody));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    responses,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
