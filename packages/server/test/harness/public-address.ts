import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy, whose address is known before the server behind it has one. */
export interface PublicAddress extends AsyncDisposable {
  url: string;
  /** The address to which the proxy forwards requests from now on. */
  behind: string;
}

export async function openPublicAddress(): Promise<PublicAddress> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.entries(request.headers).filter(([name]) => !['host', 'connection'].includes(name));
    const answer = await fetch(address.behind + request.url, {
      method: request.method ?? 'GET',
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    }).catch(() => undefined);
    if (answer === undefined) response.writeHead(502).end();
    else response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: PublicAddress = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behind: '',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return address;
}
