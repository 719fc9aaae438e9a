import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import { type ServerProcess, startServerProcess } from './harness/server-process.ts';
import { waitFor } from './harness/wait-for.ts';
import { signedRequest } from './webhooks/webhook-fixture.ts';

const recordedIssue = JSON.stringify(examples.find(({ name }) => name === 'issues')?.examples[0]);
const ADMIN_TOKEN = 'durability-test-token-0123456789';
const SECRET = 'a-webhook-secret-of-tests';

/** Memory limit of the server process in megabytes. */
const MOST_MEMORY_MB = 250;

interface Delivery {
  id: number;
  event: string;
  delivery_guid: string;
  status: string;
  reason: string | null;
}

describe('a real server with the GitHub integration', () => {
  let dataDir: string;
  let server: ServerProcess;
  let url: string;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'commandcenter-durability-'));
    await start();
    const project = await call('POST', '/projects', { name: 'P' });
    const config = { webhook_secret: SECRET };
    const integration = { name: 'G', integration_type: 'github', auth_type: 'token', access_token: 't', config };
    await call('POST', '/integrations', { project_id: project.id, ...integration });
  });
  after(async () => {
    await server.stop('SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = async (): Promise<void> => {
    server = startServerProcess({ DATA_DIR: dataDir, COMMANDCENTER_ADMIN_TOKEN: ADMIN_TOKEN, LOG_LEVEL: 'error' });
    ({ url } = await server.ready());
  };
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${path}: ${response.status}`);
    return (await response.json()) as { id: number; status: string; items: Delivery[]; next_cursor: string | null };
  };
  const allDeliveries = async (): Promise<Delivery[]> => {
    const all: Delivery[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await call('GET', `/deliveries?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`);
      all.push(...page.items);
      cursor = page.next_cursor;
    }
    return all;
  };
  const deliver = async (guid: string, body: string, event = 'issues') => {
    const { headers } = signedRequest({ secret: SECRET, guid, body, event });
    const init = { method: 'POST', headers: headers as Record<string, string>, body };
    const response = await fetch(`${url}/api/v1/integrations/github/webhook`, init);
    return { status: response.status, body: (await response.json()) as { status: string } };
  };
  const noneWaits = () =>
    waitFor(
      'everything to be worked off',
      async () => (await call('GET', '/deliveries?status=received&limit=1')).items.length === 0,
    );

  it('loses nothing that it acknowledged when it is killed in the middle of a burst', async () => {
    const acknowledged: string[] = [];
    let sending = true;
    const send = async (): Promise<void> => {
      while (sending) {
        const guid = randomUUID();
        try {
          if ((await deliver(guid, recordedIssue)).status === 202) acknowledged.push(guid);
        } catch {
          return; // The server was killed before it acknowledged this delivery.
        }
      }
    };
    const senders = Array.from({ length: 32 }, send);
    await waitFor('a burst', () => acknowledged.length > 300);
    await server.kill('SIGKILL');
    sending = false;
    await Promise.all(senders);
    await start();
    await noneWaits();
    const stored = Map.groupBy(await allDeliveries(), ({ delivery_guid }) => delivery_guid);
    for (const guid of acknowledged) {
      assert.deepEqual(
        stored.get(guid)?.map(({ status }) => status),
        ['processed'],
        guid,
      );
    }
    const [again = ''] = acknowledged;
    const { status, body } = await deliver(again, recordedIssue);
    assert.deepEqual([status, body.status], [200, 'duplicate']);
    assert.equal((await call('GET', '/tasks')).items.length, 1);
  });

  it('takes every recorded payload, and none makes a handler fail by a fault', async () => {
    let count = 0;
    for (const { name, examples: payloads } of examples as { name: string; examples: unknown[] }[]) {
      for (const payload of payloads) {
        const { status } = await deliver(randomUUID(), JSON.stringify(payload), name);
        assert.ok(status === 202 || (name === 'ping' && status === 200), `${name}: ${status}`);
        count += 1;
      }
    }
    assert.ok(count > 300);
    await noneWaits();
    for (const { status, event, reason } of await allDeliveries()) {
      assert.ok(['processed', 'ignored'].includes(status), `${event} ${status}: ${reason}`);
      assert.ok(reason, event);
    }
    assert.equal((await call('GET', '/health')).status, 'ok');
    const memory = `/proc/${server.pid}/status`;
    if (existsSync(memory)) {
      const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(await readFile(memory, 'utf8'))?.[1]);
      assert.ok(kilobytes < MOST_MEMORY_MB * 1024, `${kilobytes} kB`);
    }
  });
});
