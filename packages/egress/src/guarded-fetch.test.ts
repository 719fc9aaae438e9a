import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import { createEgressPolicy } from './egress-policy.ts';
import { createGuardedFetch } from './guarded-fetch.ts';

it('a call of the server takes all its headers along within an origin, and only harmless ones to another', async () => {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    const port = (server.address() as AddressInfo).port;
    const location = { '/': '/here', '/here': `http://localhost:${port}/there` }[request.url ?? ''];
    response.writeHead(location === undefined ? 200 : 302, location === undefined ? {} : { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const guarded = createGuardedFetch(createEgressPolicy(['127.0.0.1', 'localhost']), 'commandcenter/test');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const headers = { accept: 'text/plain', 'x-vendor-key': 'secret' };
    assert.equal((await guarded.fetch(url, { headers })).status, 200);
    assert.deepEqual(
      seen.map((sent) => [sent.accept, sent['user-agent'], sent['x-vendor-key']]),
      [
        ['text/plain', 'commandcenter/test', 'secret'],
        ['text/plain', 'commandcenter/test', 'secret'],
        ['text/plain', 'commandcenter/test', undefined],
      ],
    );
  } finally {
    await guarded.close();
    server.closeAllConnections();
    server.close();
  }
});
