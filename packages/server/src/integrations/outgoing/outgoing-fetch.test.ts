import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { createEgressAgent, createEgressPolicy } from '@commandcenter/egress';
import { IntegrationError, IntegrationRateLimitError, type RateLimit } from '@commandcenter/integration-kit';
import { SecretValues } from '../credentials/secret-values.ts';
import { createOutgoingFetch, type OutgoingFetch, type OutgoingOptions } from './outgoing-fetch.ts';

const PLAIN_TOKEN = 'AbCdEf0123456789';

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

interface Scene {
  fetch: OutgoingFetch;
  url: string;
  port: number;
  requests: IncomingMessage[];
  blocks: { waitMs: number; reason: string }[];
  limits: RateLimit[];
  /** Closes the server, so that connections to its port are refused. */
  stopListening(): Promise<void>;
  close(): Promise<void>;
}

const open: Scene[] = [];
afterEach(async () => {
  for (const scene of open.splice(0)) await scene.close();
});

async function listen(
  handler: Handler,
  signal?: AbortSignal,
  overrides: Partial<OutgoingOptions> = {},
): Promise<Scene> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => handler(request, response, requests.push(request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const policy = createEgressPolicy(['127.0.0.1', 'localhost']);
  const dispatcher = createEgressAgent(policy);
  const blocks: Scene['blocks'] = [];
  const limits: RateLimit[] = [];
  const fetch = createOutgoingFetch({
    policy,
    dispatcher,
    gate: { pass: async () => async () => {}, block: async (waitMs, reason) => void blocks.push({ waitMs, reason }) },
    secrets: new SecretValues(),
    clock: { now: () => new Date() },
    userAgent: 'commandcenter/test',
    signal,
    onRateLimit: (limit) => limits.push(limit),
    firstPauseMs: 5,
    ...overrides,
  });
  const scene: Scene = {
    fetch,
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    blocks,
    limits,
    async stopListening() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    async close() {
      await dispatcher.destroy();
      await scene.stopListening();
    },
  };
  open.push(scene);
  return scene;
}

const answer =
  (status: number, headers: Record<string, string> = {}, body = '') =>
  (response: ServerResponse) =>
    response.writeHead(status, headers).end(body);

const fails = (errorClass: string, uncertain: boolean) => (error: unknown) =>
  error instanceof IntegrationError && error.class === errorClass && error.uncertain === uncertain;

describe('an outgoing call', () => {
  it('calls a write uncertain when the database cannot note its response, so that it is looked for and not repeated', async () => {
    const away = async () => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    const pass = async () => async () => {};
    const cases: [status: number, overrides: Partial<OutgoingOptions>][] = [
      [201, { onServerTime: away }],
      [429, { gate: { pass, block: away } }],
    ];
    for (const [status, overrides] of cases) {
      const respond: Handler = (_request, response) => answer(status, { 'retry-after': '1' }, '{}')(response);
      const scene = await listen(respond, undefined, overrides);
      await assert.rejects(scene.fetch(scene.url, { method: 'POST' }, { kind: 'create' }), fails('outage', true));
      assert.equal(scene.requests.length, 1);
    }
  });

  it('says who calls and answers any status', async () => {
    const { fetch, url, requests } = await listen((_request, response) => answer(404, {}, 'no')(response));
    const response = await fetch(url);
    assert.deepEqual(
      [response.status, await response.text(), requests[0]?.headers['user-agent']],
      [404, 'no', 'commandcenter/test'],
    );
  });

  it('is tried again at least three times on 5xx and on a reset connection, also while its body arrives', async () => {
    const faults: ((response: ServerResponse) => unknown)[] = [
      answer(502),
      (response) => response.destroy(),
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        setImmediate(() => response.destroy());
      },
      answer(503),
    ];
    const { fetch, url, requests } = await listen((_request, response, count) =>
      (faults[count - 1] ?? answer(200, {}, 'whole'))(response),
    );
    assert.equal(await (await fetch(url, { method: 'PATCH', body: 'x' })).text(), 'whole');
    assert.equal(requests.length, 5);
  });

  it('returns the last failure when it does not get better', async () => {
    const { fetch, url, requests } = await listen((_request, response) => answer(500)(response));
    assert.equal((await fetch(url)).status, 500);
    assert.equal(requests.length, 5);
  });

  it('times out within its time, body included', async () => {
    const { fetch, url } = await listen((_request, response) => {
      response.writeHead(200);
      response.write('begun');
    });
    await assert.rejects(fetch(url, { method: 'POST' }, { timeoutMs: 80 }), fails('timeout', true));
  });

  it('never repeats a request that creates something, and reports its outcome as uncertain', async () => {
    const scene = await listen((_request, response) => response.destroy());
    await assert.rejects(
      scene.fetch(scene.url, { method: 'POST', body: '{}' }, { kind: 'create' }),
      fails('outage', true),
    );
    assert.equal(scene.requests.length, 1);
  });

  it('reports that a request was certainly not sent', async () => {
    const scene = await listen((_request, response) => answer(200)(response));
    await scene.stopListening();
    await assert.rejects(scene.fetch(scene.url, { method: 'POST' }, { kind: 'create' }), fails('connection', false));
  });

  it('waits when told to for a moment, and gives up when told to for long', async () => {
    const scene = await listen((_request, response, count) =>
      (count === 1
        ? answer(429, { 'retry-after': '1' })
        : count === 2
          ? answer(200)
          : answer(403, { 'retry-after': '120' }))(response),
    );
    assert.equal((await scene.fetch(scene.url, { method: 'POST' })).status, 200);
    await assert.rejects(scene.fetch(scene.url), (error: unknown) => {
      assert.ok(error instanceof IntegrationRateLimitError);
      const wait = error.retryAt.getTime() - Date.now();
      return wait > 110_000 && wait <= 120_000;
    });
    assert.deepEqual(
      scene.blocks.map(({ waitMs }) => waitMs),
      [1000, 120_000],
    );
  });

  it("keeps what the answer says about limits, by the sender's clock", async () => {
    const reset = Math.floor(Date.parse('2020-01-01T01:00:00Z') / 1000);
    const scene = await listen((_request, response) =>
      answer(200, {
        date: 'Wed, 01 Jan 2020 00:59:00 GMT',
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(reset),
        'x-ratelimit-resource': 'core',
      })(response),
    );
    await scene.fetch(scene.url);
    assert.deepEqual(scene.limits, [
      { limit: 5000, remaining: 0, resetAt: '2020-01-01T01:00:00.000Z', resource: 'core' },
    ]);
    assert.deepEqual(
      scene.blocks.map(({ waitMs }) => waitMs),
      [61_000],
    );
  });

  it('follows redirects within its host with its method, and elsewhere without its credentials', async () => {
    const elsewhere = await listen((_request, response) => answer(200, {}, 'there')(response));
    const scene = await listen((request, response) => {
      if (request.url === '/moved') return answer(301, { location: '/new' })(response);
      if (request.url === '/away') return answer(302, { location: `http://localhost:${elsewhere.port}/` })(response);
      return answer(200, {}, 'new')(response);
    });
    await scene.fetch(`${scene.url}/moved`, { method: 'PATCH', body: 'x', headers: { authorization: 'token t' } });
    assert.deepEqual(
      [scene.requests[1]?.method, scene.requests[1]?.url, scene.requests[1]?.headers.authorization],
      ['PATCH', '/new', 'token t'],
    );
    const away = await scene.fetch(`${scene.url}/away`, { headers: { authorization: 'token t' } });
    assert.equal(await away.text(), 'there');
    assert.equal(elsewhere.requests[0]?.headers.authorization, undefined);
    await assert.rejects(
      scene.fetch(`${scene.url}/away`, { method: 'POST', body: 'secret' }),
      fails('connection', false),
    );
    assert.equal(elsewhere.requests.length, 1);
  });

  it('takes only headers to another origin that carry no credential, whatever the others are called', async () => {
    const elsewhere = await listen((_request, response) => answer(200)(response));
    const scene = await listen((_request, response) =>
      answer(302, { location: `http://localhost:${elsewhere.port}/` })(response),
    );
    const headers = { accept: 'application/json', 'private-token': 'one', 'x-vendor-key': 'two', cookie: 'three' };
    await scene.fetch(scene.url, { headers });
    const sent = elsewhere.requests[0]?.headers ?? {};
    assert.equal(scene.requests[0]?.headers['x-vendor-key'], 'two');
    assert.deepEqual([sent.accept, sent['user-agent']], ['application/json', 'commandcenter/test']);
    assert.deepEqual(
      Object.keys(sent).filter((name) => ['private-token', 'x-vendor-key', 'cookie'].includes(name)),
      [],
    );
  });

  it('follows no redirect to an address that repeats the credential', async () => {
    const elsewhere = await listen((_request, response) => answer(200)(response));
    const token = 'a+token/that%is"repeated';
    const encoded = encodeURIComponent(token);
    const basic = Buffer.from(`someone:${token}`).toString('base64url');
    for (const location of [
      `http://localhost:${elsewhere.port}/?token=${encoded}`,
      `http://localhost:${elsewhere.port}/${basic}`,
      `/here?token=${encoded}`,
      // A URL's host is converted to lower case, so here the token is repeated in lower case.
      `https://${PLAIN_TOKEN}.example/`,
    ]) {
      const scene = await listen((_request, response) => answer(302, { location })(response));
      const headers = { authorization: `Bearer ${token}`, 'x-api-key': PLAIN_TOKEN };
      await assert.rejects(scene.fetch(scene.url, { headers }), {
        class: 'connection',
        message: /redirects to an address that repeats the credential/,
      });
      assert.equal(scene.requests.length, 1);
    }
    assert.equal(elsewhere.requests.length, 0);
  });

  it('gives out failed responses without the credentials that they repeat, and the body of a success as it is', async () => {
    const token = 'a-token-that-is-repeated';
    const scene = await listen((request, response) => {
      const status = request.url === '/fails' ? 400 : 200;
      response.writeHead(status, `no ${token}`, { 'x-repeated': `<${token}>`, [`x-${token}`]: '1' });
      response.end(JSON.stringify({ message: `no ${token}` }));
    });
    const call = (path: string) => scene.fetch(scene.url + path, { headers: { authorization: `Bearer ${token}` } });
    const failed = await call('/fails');
    assert.deepEqual(
      [failed.status, failed.statusText, failed.headers.get('x-repeated'), await failed.json(), failed.url],
      [400, 'no [redacted]', '<[redacted]>', { message: 'no [redacted]' }, `${scene.url}/fails`],
    );
    assert.doesNotMatch(JSON.stringify([...failed.headers]), /a-token/);
    const succeeded = await call('/works');
    assert.deepEqual(
      [succeeded.headers.get('x-repeated'), await succeeded.json()],
      ['<[redacted]>', { message: `no ${token}` }],
    );
  });

  it('reports the address that the redirects ended at as the url of the response', async () => {
    const scene = await listen((request, response) =>
      (request.url === '/moved'
        ? answer(301, { location: '/halfway' })
        : request.url === '/halfway'
          ? answer(301, { location: '/new?page=2' })
          : answer(200))(response),
    );
    assert.equal((await scene.fetch(`${scene.url}/moved`)).url, `${scene.url}/new?page=2`);
    assert.equal((await scene.fetch(`${scene.url}/direct`)).url, `${scene.url}/direct`);
  });

  it('does not follow a redirect to where it may not go', async () => {
    const scene = await listen((_request, response) =>
      answer(302, { location: 'http://169.254.169.254/latest' })(response),
    );
    await assert.rejects(scene.fetch(scene.url), { code: 'egress.denied' });
  });

  it('ends with its operation', async () => {
    const stop = new AbortController();
    const scene = await listen(() => stop.abort(new Error('stopped')), stop.signal);
    await assert.rejects(scene.fetch(scene.url), /stopped/);
  });
});
