import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { signWebhook, WebhookIntegration } from '@commandcenter/integration-kit';
import { pino } from 'pino';
import { createIntegrationHost } from '../../src/integrations/host.ts';
import { loadRegistry } from '../../src/integrations/load-registry.ts';
import { createIntegration } from '../../src/integrations/manage.ts';
import { actor, openHouse } from './fixture.ts';

const example = fileURLToPath(new URL('../../../../examples/custom-integration/', import.meta.url));

/** Starts a service with one measurement. Its access tokens expire with every call, and every refresh replaces the refresh token. */
async function startService() {
  let refreshToken = 'r0';
  let accessToken = 'ended';
  const server = createServer(async (request, response) => {
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.url === '/token') {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (new URLSearchParams(body).get('refresh_token') !== refreshToken) return json(400, { error: 'invalid_grant' });
      refreshToken = `${refreshToken}+`;
      accessToken = `token of ${refreshToken}`;
      return json(200, { access_token: accessToken, refresh_token: refreshToken, expires_in: 3600 });
    }
    if (accessToken === 'ended' || request.headers.authorization !== `Bearer ${accessToken}`) return json(401, {});
    return json(200, { id: 7, value: 21.5 });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('the example of a custom integration', () => {
  it('has at most 30 lines of code', async () => {
    const lines = (await readFile(join(example, 'src/index.ts'), 'utf8'))
      .split('\n')
      .filter((line) => line.trim() !== '');
    assert.ok(lines.length <= 30, `${lines.length} lines`);
  });

  it('is found as an installed package, takes a signed hook, renews its token and keeps a record', async () => {
    const root = await mkdtemp(join(tmpdir(), 'registry-'));
    const house = await openHouse();
    const { server, url } = await startService();
    try {
      await mkdir(join(root, 'node_modules/commandcenter-integration-broken'), { recursive: true });
      await writeFile(join(root, 'node_modules/commandcenter-integration-broken/package.json'), '{');
      await symlink(example, join(root, 'node_modules/commandcenter-integration-measurements'));
      const registry = await loadRegistry(pino({ level: 'silent' }), [root]);
      assert.deepEqual(
        registry.list().map(({ manifest }) => manifest.type),
        ['measurements'],
      );

      const { db, keys, clock, log } = house.manage;
      const host = createIntegrationHost({
        db,
        keys,
        registry,
        config: { EGRESS_ALLOW: ['127.0.0.1'] },
        log,
        clock,
        version: '0.0.0',
      });
      const row = await createIntegration(
        { ...house.manage, host },
        {
          project_id: house.projectId,
          name: 'Lab',
          integration_type: 'measurements',
          auth_type: 'oauth',
          access_token: 'first',
          refresh_token: 'r0',
          config: { api_url: url, webhook_secret: 'a-webhook-secret-of-tests' },
        },
        actor,
      );
      const { instance } = await host.open(row);
      assert.ok(instance instanceof WebhookIntegration);
      const body = '{"id": 7}';
      const signature = signWebhook(WebhookIntegration.webhookSignature, body, 'a-webhook-secret-of-tests');
      assert.equal(await instance.verifyWebhookSignature(body, signature), true);
      assert.equal(await instance.verifyWebhookSignature(`${body} `, signature), false);
      assert.deepEqual(await instance.handleWebhook('data.updated', { id: 7 }), { status: 'processed' });
      assert.equal((await instance.handleWebhook('data.deleted', { id: 7 })).status, 'ignored');

      const records = await db
        .selectFrom('integration_records')
        .select(['key', 'value'])
        .where('integration_id', '=', row.id)
        .execute();
      assert.deepEqual(records, [{ key: 'measurement/7', value: { id: 7, value: 21.5 } }]);
      assert.equal((await (await host.open(row)).instance.load()).name, 'Lab');
      await host.close();
    } finally {
      server.closeAllConnections();
      server.close();
      await house.close();
      await rm(root, { recursive: true });
    }
  });
});
