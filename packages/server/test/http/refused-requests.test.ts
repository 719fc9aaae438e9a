import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Json } from './ask.ts';
import { ADMIN_TOKEN, startTestApplication, type TestApplication } from './test-application.ts';

describe('a request that HTTP itself or the framework refuses', () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication({ ROLE: 'api' });
    await app.ask('POST', '/api/v1/tasks', { body: { project_id: 1, title: 'A task' } });
  });
  after(() => app[Symbol.asyncDispose]());

  const exchange = async (request: string): Promise<{ status: number; body: Json }> => {
    const socket = net.connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write(request);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const [head = '', text = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
    return { status: Number(head.split(' ')[1]), body: JSON.parse(text) };
  };
  const headers = `Connection: close\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n`;

  it('gets a problem document where Node would send none', async () => {
    const { status, body } = await exchange(`GET /api/v1/tasks HTTP/1.1\r\n${headers}\r\n`);
    assert.deepEqual([status, body.status, body.code], [400, 400, 'request.malformed']);
    const ok = await exchange(`GET /api/v1/tasks/1 HTTP/1.1\r\nHost: x\r\nExpect: nonsense\r\n${headers}\r\n`);
    assert.deepEqual([ok.status, ok.body.id], [200, 1]);
  });

  it('gets 414 or 431 where the address or a header is too long', async () => {
    const long = await app.ask('GET', `/api/v1/tasks/${'1'.repeat(300)}`);
    assert.deepEqual([long.status, long.body.code], [414, 'request.url_too_long']);
    const a = 'a'.repeat(17_000);
    for (const request of [
      `GET /api/v1/tasks?q=${a} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `GET / HTTP/1.1\r\nX: ${a}\r\n\r\n`,
    ]) {
      const { status, body } = await exchange(request);
      assert.deepEqual([status, body.status, body.code], [431, 431, 'request.headers_too_large']);
    }
  });

  it('gets 400 where the framework wants a header that the method needs', async () => {
    const { status, body } = await exchange(`QUERY /api/v1/tasks HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
    assert.deepEqual([status, body.code], [400, 'request.malformed']);
  });

  it('is described with its status by every operation', async () => {
    const description = await fetch(`${app.url}/openapi.json`);
    const { paths } = (await description.json()) as { paths: Record<string, Record<string, { responses: object }>> };
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        const statuses = [400, 408, 431, ...(method === 'get' ? [] : [413, 415]), ...(path.includes('{') ? [414] : [])];
        for (const status of statuses) assert.ok(status in responses, `${method} ${path} ${status}`);
      }
    }
  });
});
