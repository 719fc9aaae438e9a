import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { limitSlowRequests } from './slow-requests.ts';

it('a body that does not arrive in time ends in a 408, but for that of an upload', async () => {
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming).catch(() => undefined);
    if (body !== undefined) response.end(body);
  });
  limitSlowRequests(server, { limitMs: 50, isUpload: ({ url }) => url === '/upload' });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const begin = (path: string) => {
    const upload = request({ port, host: '127.0.0.1', path, method: 'PUT' });
    upload.on('error', () => undefined);
    upload.write('first ');
    return { upload, response: once(upload, 'response') };
  };
  try {
    const upload = begin('/upload');
    const [refused] = await begin('/other').response;
    assert.equal(refused.statusCode, 408);
    assert.equal(JSON.parse(await text(refused)).code, 'request.timeout');
    // The 50 ms that would end this request, if it were not an upload, have passed.
    upload.upload.end('last');
    const [taken] = await upload.response;
    assert.equal(await text(taken), 'first last');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
