import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface BatchBody {
  queries: { package: { ecosystem: string; name: string }; version?: string; page_token?: string }[];
}

export interface OsvServer extends AsyncDisposable {
  url: string;
  /** Batches of queries that clients sent to this OSV server, in order. */
  batches: BatchBody['queries'][];
  /** Ids of the advisory records that clients fetched from this OSV server. */
  fetched: string[];
  /** Highest number of requests that this OSV server handled concurrently. */
  maxConcurrent: number;
  /** Called first for each request; if it returns true, it has handled the request instead of the server. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
}

/**
 * Stand-in for api.osv.dev: `POST /v1/querybatch` returns the records of a package for every version, in pages of
 * `pageSize`; `GET /v1/vulns/{id}` returns a record. https://google.github.io/osv.dev/api/
 */
export async function startOsvServer(
  records: readonly ({ id: string } & Record<string, unknown>)[],
  pageSize = 1000,
): Promise<OsvServer> {
  let atOnce = 0;
  const server = createServer(async (request, response) => {
    atOnce += 1;
    osv.maxConcurrent = Math.max(osv.maxConcurrent, atOnce);
    response.on('close', () => {
      atOnce -= 1;
    });
    if (osv.intercept?.(request, response)) return;
    const text = Buffer.concat(await request.toArray()).toString('utf8');
    const [status, responseBody] =
      request.method === 'POST' && request.url === '/v1/querybatch'
        ? [200, batch(text)]
        : vulnerability(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(responseBody));
  });
  const batch = (text: string): object => {
    const { queries }: BatchBody = JSON.parse(text);
    osv.batches.push(queries);
    return {
      results: queries.map(({ package: { ecosystem, name }, page_token }) => {
        const own = records.filter(({ affected }) =>
          JSON.stringify(affected).includes(JSON.stringify({ ecosystem, name })),
        );
        const start = Number(page_token ?? 0);
        const vulns = own.slice(start, start + pageSize).map(({ id, modified }) => ({ id, modified }));
        const next = start + pageSize < own.length ? { next_page_token: String(start + pageSize) } : {};
        return vulns.length === 0 ? {} : { vulns, ...next };
      }),
    };
  };
  const vulnerability = (url: string): [number, object] => {
    const id = decodeURIComponent(url.replace('/v1/vulns/', ''));
    osv.fetched.push(id);
    const record = records.find((one) => one.id === id);
    return record === undefined ? [404, { code: 5, message: 'Bug not found.' }] : [200, record];
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const osv: OsvServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    batches: [],
    fetched: [],
    maxConcurrent: 0,
    intercept: null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return osv;
}
