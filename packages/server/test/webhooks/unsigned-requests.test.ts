import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { IntegrationDefinition } from '@commandcenter/integration-kit';
import { sql } from 'kysely';
import { createRegistry } from '../../src/integrations/registry.ts';
import { waitFor } from '../harness/wait-for.ts';
import { startTestApplication, type TestApplication } from '../http/test-application.ts';
import { trackerDefinition } from './tracker-integration.ts';
import { issueBody } from './webhook-fixture.ts';

const SECRET = 'a-webhook-secret-of-tests';
const { webhook } = trackerDefinition.manifest;
assert.ok(webhook);

/** An integration type whose signatures have another header and another algorithm. */
const ledgerDefinition: IntegrationDefinition = {
  ...trackerDefinition,
  manifest: {
    ...trackerDefinition.manifest,
    type: 'ledger',
    webhook: { ...webhook, signature: { header: 'x-ledger-signature', algorithm: 'sha512', encoding: 'base64' } },
  },
};

const signature = (secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(issueBody()).digest('hex')}`;
const json = { 'content-type': 'application/json', 'x-github-event': 'issues', 'x-github-delivery': 'a-guid' };

interface Unsigned {
  headers: Record<string, string>;
  body: string;
}

/** Requests that are not signed with any integration's secret. */
const unsigned: Readonly<Record<string, Unsigned>> = {
  'without a signature': { headers: json, body: issueBody() },
  'without any header': { headers: {}, body: '' },
  'with an empty signature': { headers: { ...json, 'x-hub-signature-256': '' }, body: issueBody() },
  'with a malformed signature': { headers: { ...json, 'x-hub-signature-256': 'sha256=00' }, body: issueBody() },
  'with two signatures': {
    headers: { ...json, 'x-hub-signature-256': `${signature(SECRET)}, ${signature(SECRET)}` },
    body: issueBody(),
  },
  'with the header of another type': { headers: { ...json, 'x-ledger-signature': 'AAAA' }, body: issueBody() },
  'signed with another secret': {
    headers: { ...json, 'x-hub-signature-256': signature('not-the-secret-of-any') },
    body: issueBody(),
  },
  'signed with another secret, and no JSON': {
    headers: { ...json, 'content-type': 'text/html', 'x-hub-signature-256': signature('not-the-secret-of-any') },
    body: '{',
  },
  'that is a ping': { headers: { ...json, 'x-github-event': 'ping' }, body: '{}' },
};

describe("an unsigned request on an integration's own URL", () => {
  let app: TestApplication;
  let tracker: number;
  /** Ids for the webhook URL. The key describes the integration to which the id belongs. */
  let ids: Readonly<Record<string, number>>;

  before(async () => {
    app = await startTestApplication({}, createRegistry([trackerDefinition, ledgerDefinition]));
    // Use ids that occur in no other text of a response.
    await sql`alter table integrations alter column id restart with 70001`.execute(app.db);
    tracker = await addIntegration('tracker', SECRET);
    const deleted = await addIntegration('tracker', 'a-secret-that-is-deleted');
    await app.ask('DELETE', `/api/v1/integrations/${deleted}`);
    const disabled = await addIntegration('tracker', 'a-secret-that-is-disabled');
    await app.ask('PATCH', `/api/v1/integrations/${disabled}`, { body: { enabled: false } });
    ids = {
      'an integration with a secret': tracker,
      'a disabled integration': disabled,
      'an integration without a secret': await addIntegration('tracker'),
      'an integration of another type': await addIntegration('ledger', 'a-secret-of-the-ledger'),
      'an integration of a type that is not installed': await addUninstalled(),
      'a deleted integration': deleted,
      'no integration': 999_999,
    };
  });
  after(() => app[Symbol.asyncDispose]());

  const addIntegration = async (type: string, webhook_secret?: string): Promise<number> => {
    const config = webhook_secret === undefined ? {} : { webhook_secret };
    const name = webhook_secret ?? 'No secret';
    const fields = { project_id: 1, name, integration_type: type, auth_type: 'token', config };
    const { status, body } = await app.ask('POST', '/api/v1/integrations', { body: fields });
    assert.equal(status, 201, JSON.stringify(body));
    return Number(body.id);
  };
  /** Adds an integration of a type that is not installed, as is left behind when the type's package is removed. */
  const addUninstalled = async (): Promise<number> => {
    const { id } = await app.db
      .insertInto('integrations')
      .values({ project_id: 1, name: 'Removed', integration_type: 'removed', auth_type: 'token' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const secret = { integration_id: id, jwe: 'never read', fingerprint: Buffer.alloc(32) };
    await app.db.insertInto('webhook_secrets').values(secret).execute();
    return id;
  };
  /** Returns everything that a stranger sees of a response, with the id of the URL replaced by `{id}`. */
  const responseTo = async (target: number | string, request: Unsigned) => {
    const url = `${app.url}/api/v1/integrations/${target}/webhook`;
    const response = await fetch(url, { method: 'POST', ...request });
    const text = await response.text();
    const headers = [...response.headers].filter(([name]) => name !== 'date' && name !== 'content-length');
    return { status: response.status, headers, text: text.replaceAll(String(target), '{id}') };
  };

  for (const [what, request] of Object.entries(unsigned)) {
    it(`${what} gets the same response whatever its id stands for`, async () => {
      const expected = await responseTo(tracker, request);
      assert.equal(expected.status, 401);
      assert.equal(JSON.parse(expected.text).code, 'webhook.not_verified');
      for (const [whose, id] of Object.entries(ids)) {
        assert.deepEqual(await responseTo(id, request), expected, whose);
      }
    });
  }

  it('gets one response however it is unsigned, which says what to do', async () => {
    const responses = await Promise.all(Object.values(unsigned).map((request) => responseTo(tracker, request)));
    assert.equal(new Set(responses.map(({ text }) => text)).size, 1);
    assert.match(responses[0]?.text ?? '', /HMAC of the raw body.*\/integrations\/\{id\}\/deliveries\?status=rejected/);
  });

  it('is explained to those who may read the integration', async () => {
    const explained = async (whose: string, request: Unsigned, reason: RegExp): Promise<void> => {
      const id = ids[whose] ?? 0;
      await responseTo(id, request);
      await waitFor(`the attempt at ${whose}`, async () => {
        const { body } = await app.ask('GET', `/api/v1/integrations/${id}/deliveries?status=rejected&limit=1`);
        return reason.test(String(body.items?.[0]?.reason));
      });
    };
    const withoutSignature = { headers: json, body: issueBody() };
    const wrong = {
      headers: { ...json, 'x-hub-signature-256': signature('not-the-secret-of-any') },
      body: issueBody(),
    };
    await explained('an integration with a secret', withoutSignature, /has no X-Hub-Signature-256 header/);
    await explained('an integration with a secret', wrong, /not made with a webhook secret of integration/);
    await explained('an integration of another type', wrong, /has no X-Ledger-Signature header/);
    await explained('an integration without a secret', wrong, /has no webhook secret/);
    await explained('an integration of a type that is not installed', wrong, /No installed integration/);
  });

  it('is accepted once it is signed', async () => {
    const headers = { ...json, 'x-hub-signature-256': signature(SECRET) };
    assert.equal((await responseTo(tracker, { headers, body: issueBody() })).status, 202);
  });
});

describe('a request on the shared URL of a type that no secret has signed', () => {
  it('gets the same response before the type has an integration and after', async () => {
    await using app = await startTestApplication({}, createRegistry([trackerDefinition]));
    const send = async (): Promise<string> => {
      const headers = { ...json, 'x-hub-signature-256': signature('not-the-secret-of-any') };
      const url = `${app.url}/api/v1/integrations/tracker/webhook`;
      const response = await fetch(url, { method: 'POST', headers, body: issueBody() });
      assert.equal(response.status, 401);
      return await response.text();
    };
    const before = await send();
    const config = { webhook_secret: SECRET };
    const fields = { project_id: 1, name: 'T', integration_type: 'tracker', auth_type: 'token', config };
    assert.equal((await app.ask('POST', '/api/v1/integrations', { body: fields })).status, 201);
    assert.equal(await send(), before);
  });
});
