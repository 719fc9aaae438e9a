import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import { waitFor } from '../harness/wait-for.ts';
import { startTestApplication, type TestApplication } from '../http/test-application.ts';

const SECRET = 'the-secret-of-the-honest-sender';
const SHARED_PATH = '/api/v1/integrations/github/webhook';
/** Time in milliseconds after which GitHub gives up a request. */
const GITHUB_TIMEOUT_MS = 10_000;

describe('webhook intake under attack', () => {
  let app: TestApplication;
  let port: number;
  let integrationId: number;
  let attackers: Socket[] = [];

  before(async () => {
    app = await startTestApplication();
    port = Number(new URL(app.url).port);
    integrationId = await addIntegration(await addProject('Honest'), SECRET, ['octo/hello']);
  });
  afterEach(() => {
    for (const attacker of attackers) attacker.destroy();
    attackers = [];
  });
  after(() => app[Symbol.asyncDispose]());

  const addProject = async (name: string): Promise<number> => {
    const { body } = await app.ask('POST', '/api/v1/projects', { body: { name } });
    return (body as unknown as { id: number }).id;
  };
  const addIntegration = async (
    project_id: number,
    webhook_secret: string,
    repositories: string[],
  ): Promise<number> => {
    const { status, body } = await app.ask('POST', '/api/v1/integrations', {
      body: {
        project_id,
        name: `GitHub ${webhook_secret}`,
        integration_type: 'github',
        auth_type: 'token',
        access_token: `token-${webhook_secret}`,
        config: { webhook_secret, repositories },
      },
    });
    assert.equal(status, 201);
    return (body as unknown as { id: number }).id;
  };

  /** Number of deliveries that were sent on each connection. */
  const connectionsOf = new WeakMap<Socket, number>();
  /** Sends a signed delivery and returns the status of the response. */
  const deliver = async (
    more: {
      bytes?: number;
      path?: string;
      localAddress?: string;
      secret?: string;
      repository?: string;
      port?: number;
      agent?: Agent | false;
    } = {},
  ): Promise<number | undefined> => {
    const { bytes = 10_000, path = SHARED_PATH, localAddress = '127.0.0.1', secret = SECRET } = more;
    const { repository = 'octo/hello', agent = false } = more;
    const body = JSON.stringify({
      action: 'opened',
      issue: { id: 1, number: 1, title: 'A title', body: 'x'.repeat(bytes), updated_at: '2026-01-02T00:00:00Z' },
      repository: { id: 7, full_name: repository },
      sender: { login: 'ada' },
    });
    const sent = request({
      port: more.port ?? port,
      host: '127.0.0.1',
      path,
      localAddress,
      method: 'POST',
      agent,
      signal: AbortSignal.timeout(GITHUB_TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-github-event': 'issues',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
    });
    sent.end(body);
    const [response] = await once(sent, 'response');
    const { socket } = sent;
    if (socket !== null) connectionsOf.set(socket, (connectionsOf.get(socket) ?? 0) + 1);
    await text(response);
    return response.statusCode;
  };

  it('keeps the connection of a sender whose deliveries were accepted while strangers open others', async () => {
    await using few = await startTestApplication({}, undefined, { connections: { total: 100, perAddress: 3 } });
    const { body } = await few.ask('POST', '/api/v1/integrations', {
      body: {
        project_id: 1,
        name: 'GitHub',
        integration_type: 'github',
        auth_type: 'token',
        access_token: 'token',
        config: { webhook_secret: SECRET },
      },
    });
    assert.ok(Number(body.id) > 0);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const fewPort = Number(new URL(few.url).port);
    assert.equal(await deliver({ agent, port: fewPort }), 202);
    for (let n = 0; n < 10; n += 1) {
      const stranger = connect(fewPort, '127.0.0.1');
      stranger.on('error', () => undefined);
      attackers.push(stranger);
      await once(stranger, 'connect');
    }
    await waitFor(
      'strangers to be closed',
      async () => attackers.filter(({ closed }) => closed).length >= 8 || undefined,
    );
    assert.equal(await deliver({ agent, port: fewPort }), 202);
    const [socket] = Object.values(agent.freeSockets).flat();
    assert.equal(connectionsOf.get(socket as Socket), 2);
    agent.destroy();
    for (const stranger of attackers) stranger.destroy();
  });

  /** Opens a connection, and sends the headers of a webhook and only a part of its body. */
  const stall = async (contentLength: number, bytes: number): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    attackers.push(socket);
    await once(socket, 'connect');
    socket.write(`POST ${SHARED_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: ${contentLength}\r\n\r\n`);
    socket.write(Buffer.alloc(bytes, 'x'));
    return socket;
  };

  it('accepts small and large deliveries beside 200 unsigned bodies of 120 MB together that never end', async () => {
    await Promise.all(Array.from({ length: 200 }, () => stall(25_000_000, 600_000)));
    for (const localAddress of ['127.0.0.1', '127.0.0.2']) {
      assert.equal(await deliver({ localAddress }), 202);
      assert.equal(await deliver({ localAddress, bytes: 5_000_000 }), 202);
      assert.equal(await deliver({ localAddress, path: `/api/v1/integrations/${integrationId}/webhook` }), 202);
    }
  });

  it('accepts deliveries beside 600 small unsigned bodies that never end', async () => {
    await Promise.all(Array.from({ length: 600 }, () => stall(200_000, 190_000)));
    for (const localAddress of ['127.0.0.1', '127.0.0.2']) assert.equal(await deliver({ localAddress }), 202);
  });

  it('answers a body that stops arriving with 408 and closes its connection', async () => {
    const socket = await stall(1000, 10);
    const closed = once(socket, 'close');
    // Keep sending after the time limit, because that must not keep the connection open.
    const sending = setInterval(() => socket.write('x'), 500);
    try {
      const response = await text(socket);
      assert.match(response, /^HTTP\/1\.1 408 /);
      assert.match(response, /"code":"request\.timeout"/);
      await closed;
    } finally {
      clearInterval(sending);
    }
  });

  it('accepts deliveries beside a flood of wrong signatures when there are more secrets than are tried', async () => {
    const projectId = await addProject('Others');
    for (let n = 0; n < 40; n += 1)
      await addIntegration(projectId, `secret-of-another-${n}`, [`other/repository-${n}`]);
    let isOver = false;
    let refused = 0;
    const flood = async (): Promise<void> => {
      while (!isOver) {
        const status = await deliver({ secret: 'wrong', bytes: 100_000 });
        assert.ok(status === 401 || status === 503, `${status}`);
        refused += 1;
      }
    };
    const floods = Array.from({ length: 20 }, flood);
    await waitFor('the flood', async () => refused > 20 || undefined);
    for (let n = 0; n < 10; n += 1) assert.equal(await deliver(), 202);
    isOver = true;
    await Promise.all(floods);
  });

  it('accepts a delivery although members of other projects named its repository before', async () => {
    for (let n = 0; n < 20; n += 1) {
      await addIntegration(await addProject(`Hostile ${n}`), `secret-of-poison-${n}`, ['octo/late']);
    }
    const secret = 'the-secret-of-a-late-integration';
    await addIntegration(await addProject('Late'), secret, ['octo/late']);
    assert.equal(await deliver({ secret, repository: 'octo/late' }), 202);
  });
});
