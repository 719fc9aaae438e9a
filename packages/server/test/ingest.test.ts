import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { saveRepository } from '../src/integrations/repositories/save-repository-queries.ts';
import { splitBodies } from '../src/webhooks/ingest/body-encoding.ts';
import { saveLearnedHints } from '../src/webhooks/ingest/learned-hint-queries.ts';
import { waitFor } from './harness/wait-for.ts';
import { createWebhookFixture, issueBody, type WebhookFixture } from './webhooks/webhook-fixture.ts';

describe("a webhook's way in", () => {
  let f: WebhookFixture;
  before(async () => {
    f = await createWebhookFixture();
  });
  after(() => f.close());
  beforeEach(async () => {
    // Close the ingest before the tables are emptied: closing waits until the refused requests of the previous test are recorded.
    await f.ingest.close();
    await f.db.deleteFrom('integrations').execute();
    await f.db.deleteFrom('deliveries').execute();
    await f.db.deleteFrom('delivery_bodies').execute();
    f.ingest = f.newIngest();
  });

  it('stores a signed event durably and returns 202 with its id', async () => {
    const id = await f.addIntegration({ secret: 'secret' });
    const body = issueBody({ body: 'x'.repeat(5000) });
    const response = await f.send({ body, guid: 'guid-1' });
    assert.equal(response.status, 202);
    const [delivery, ...more] = await f.deliveries();
    assert.deepEqual(response.body, { status: 'accepted', delivery_id: delivery?.id });
    assert.equal(more.length, 0);
    assert.equal(delivery?.integration_id, id);
    assert.equal(delivery?.project_id, f.projectId);
    assert.equal(delivery?.status, 'received');
    assert.equal(delivery?.delivery_guid, 'guid-1');
    const stored = await f.db.selectFrom('delivery_bodies').selectAll().executeTakeFirstOrThrow();
    assert.ok(stored.body.length < 1000, 'it is stored compressed');
    assert.equal(String(await splitBodies({ encoding: stored.encoding, bytes: stored.body }, 6000)), body);
  });

  describe('what is not verified is refused with 401 before anything else is looked at, and leaves an attempt without body', () => {
    const wrong: [name: string, headers: Record<string, string | undefined>, detail: RegExp][] = [
      ['no signature', { 'x-hub-signature-256': undefined }, /no X-Hub-Signature-256 header/],
      ['an empty signature', { 'x-hub-signature-256': '' }, /no X-Hub-Signature-256 header/],
      [
        'only a SHA-1 signature',
        { 'x-hub-signature-256': undefined, 'x-hub-signature': `sha1=${'a'.repeat(40)}` },
        /no other signature header counts/,
      ],
      [
        'a SHA-1 in its place',
        { 'x-hub-signature-256': `sha1=${'a'.repeat(40)}` },
        /"sha256=" followed by 64 lower-case hex digits/,
      ],
      ['a signature that is too short', { 'x-hub-signature-256': `sha256=${'a'.repeat(62)}` }, /malformed/],
      ['a signature that is too long', { 'x-hub-signature-256': `sha256=${'a'.repeat(66)}` }, /malformed/],
      ['no hex', { 'x-hub-signature-256': `sha256=${'z'.repeat(64)}` }, /malformed/],
      ['two signatures', { 'x-hub-signature-256': `sha256=${'a'.repeat(64)}, sha256=${'b'.repeat(64)}` }, /malformed/],
      ['a wrong signature', { 'x-hub-signature-256': `sha256=${'a'.repeat(64)}` }, /config\.webhook_secret/],
      [
        'a wrong signature and a wrong content type',
        { 'x-hub-signature-256': `sha256=${'a'.repeat(64)}`, 'content-type': 'text/html' },
        /config\.webhook_secret/,
      ],
      [
        'a wrong signature and no event',
        { 'x-hub-signature-256': `sha256=${'a'.repeat(64)}`, 'x-github-event': undefined },
        /config\.webhook_secret/,
      ],
    ];
    for (const [name, headers, detail] of wrong) {
      it(name, async () => {
        await f.addIntegration({ secret: 'secret' });
        const response = await f.send({ headers });
        assert.equal(response.status, 401);
        assert.match(String(response.body.detail), detail);
        assert.match(response.headers['content-type'] ?? '', /^application\/problem\+json/);
        const [attempt, ...more] = await f.deliveries();
        assert.equal(more.length, 0);
        assert.equal(attempt?.status, 'rejected');
        assert.equal(attempt?.reason, response.body.detail);
        assert.deepEqual(await f.db.selectFrom('delivery_bodies').selectAll().execute(), []);
      });
    }

    it('an upper-case signature', async () => {
      await f.addIntegration({ secret: 'secret' });
      const hex = createHmac('sha256', 'secret').update(issueBody()).digest('hex').toUpperCase();
      assert.equal(
        (await f.send({ body: issueBody(), headers: { 'x-hub-signature-256': `sha256=${hex}` } })).status,
        401,
      );
    });

    it('a body changed by one byte', async () => {
      await f.addIntegration({ secret: 'secret' });
      const signature = createHmac('sha256', 'secret').update(issueBody()).digest('hex');
      assert.equal(
        (await f.send({ body: `${issueBody()} `, headers: { 'x-hub-signature-256': `sha256=${signature}` } })).status,
        401,
      );
    });

    it('anything at all where no integration has a secret, also what is signed with an empty one', async () => {
      await f.addIntegration({ secret: null });
      assert.equal((await f.send({ secret: '' })).status, 401);
      await f.addIntegration({ secret: '' });
      const response = await f.send({ secret: '' });
      assert.equal(response.status, 401);
    });

    it('a malformed body with a wrong signature', async () => {
      await f.addIntegration({ secret: 'secret' });
      assert.equal((await f.send({ body: '{', secret: 'other' })).status, 401);
    });

    it('names the integration where its own URL or a hint names exactly one', async () => {
      const id = await f.addIntegration({ secret: 'secret', config: { repositories: ['octo/hello'] } });
      await f.send({ secret: 'other' });
      await f.send({ secret: 'other', to: id });
      await f.send({ secret: 'other', body: issueBody({}, 'octo/other') });
      assert.deepEqual(
        (await f.deliveries()).map((one) => one.integration_id),
        [id, id, null],
      );
    });
  });

  it('records no more than a bounded number of attempts in a flood, and says how many it left out', async () => {
    await f.addIntegration({ secret: 'secret' });
    const ingest = f.newIngest();
    await Promise.all(Array.from({ length: 1000 }, () => f.send({ secret: 'other' }, ingest)));
    const last = await waitFor('the summary of what was left out', async () =>
      (await f.deliveries()).find((one) => /more refused attempts/.test(one.reason ?? '')),
    );
    assert.ok((await f.deliveries()).length < 200);
    assert.match(last.reason ?? '', /\d{3} more refused attempts shortly before/);
  });

  it('refuses a verified request it cannot read: 415, 400', async () => {
    await f.addIntegration({ secret: 'secret' });
    const cases: [Parameters<typeof f.send>[0], number, RegExp][] = [
      [{ headers: { 'content-type': 'text/plain' } }, 415, /application\/json or application\/x-www-form-urlencoded/],
      [{ headers: { 'content-type': undefined } }, 415, /missing/],
      [{ body: '{"action":' }, 400, /not well-formed JSON/],
      [{ body: '' }, 400, /it is empty/],
      [{ headers: { 'x-github-event': undefined } }, 400, /X-GitHub-Event is missing/],
      [{ headers: { 'x-github-delivery': '' } }, 400, /X-GitHub-Delivery is missing/],
      [{ guid: 'x'.repeat(129) }, 400, /at most 128/],
      [
        { body: 'other=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        400,
        /no field "payload"/,
      ],
      [
        { body: 'payload=%7B', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        400,
        /not well-formed JSON/,
      ],
    ];
    for (const [webhook, status, detail] of cases) {
      const response = await f.send(webhook);
      assert.equal(response.status, status, String(response.body.detail));
      assert.match(String(response.body.detail), detail);
    }
    assert.deepEqual(await f.deliveries(), []);
  });

  it('takes any delivery id of 1 to 128 characters', async () => {
    await f.addIntegration({ secret: 'secret' });
    for (const guid of ['1', 'x'.repeat(128), '{"\\,}', 'ünïcode', "'; drop table deliveries; --"]) {
      assert.equal((await f.send({ guid })).status, 202);
    }
    assert.equal((await f.deliveries()).length, 5);
  });

  it('reads form-encoded bodies, whose signature covers the form as it was sent', async () => {
    await f.addIntegration({ secret: 'secret' });
    const body = `payload=${encodeURIComponent(issueBody({ title: 'plus + and ünïcode' }))}`;
    assert.equal(
      (await f.send({ body, headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } })).status,
      202,
    );
    const stored = await f.db.selectFrom('delivery_bodies').selectAll().executeTakeFirstOrThrow();
    const json = String(await splitBodies({ encoding: stored.encoding, bytes: stored.body }, 6000));
    assert.equal(JSON.parse(json).issue.title, 'plus + and ünïcode');
  });

  it('answers ping with pong and stores nothing', async () => {
    await f.addIntegration({ secret: 'secret' });
    const response = await f.send({ event: 'ping', body: '{"zen":"x"}' });
    assert.deepEqual([response.status, response.body], [200, { status: 'pong' }]);
    assert.deepEqual(await f.deliveries(), []);
    assert.equal((await f.send({ event: 'ping', secret: 'other' })).status, 401);
  });

  it('knows a delivery again by integration, delivery id and body', async () => {
    await f.addIntegration({ secret: 'secret' });
    const first = await f.send({ guid: 'g', body: issueBody() });
    const again = await f.send({ guid: 'g', body: issueBody() });
    assert.deepEqual([again.status, again.body], [200, { status: 'duplicate', delivery_id: first.body.delivery_id }]);
    assert.equal((await f.send({ guid: 'g', body: issueBody({ title: 'other' }) })).status, 202);
    assert.equal((await f.send({ guid: 'h', body: issueBody() })).status, 202);
    assert.equal((await f.deliveries()).length, 3);
  });

  it('stores a delivery once when it comes many times at once, through two processes', async () => {
    await f.addIntegration({ secret: 'secret' });
    const other = f.newIngest();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        f.send({ guid: `g${n % 2}`, body: issueBody() }, n % 4 < 2 ? f.ingest : other),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 202).length, 2);
    assert.equal(answers.filter(({ status }) => status === 200).length, 38);
    assert.equal((await f.deliveries()).length, 2);
  });

  it('stores what nobody handles as ignored, with what people search by', async () => {
    await f.addIntegration({ secret: 'secret' });
    assert.equal((await f.send({ event: 'fork' })).status, 202);
    const [delivery] = await f.deliveries();
    assert.equal(delivery?.status, 'ignored');
    assert.match(delivery?.reason ?? '', /does not handle "fork"/);
    assert.deepEqual([delivery?.action, delivery?.repository, delivery?.sender], ['opened', 'octo/hello', 'ada']);
  });

  it('holds what comes for a disabled integration', async () => {
    const id = await f.addIntegration({ secret: 'secret' });
    await f.send({});
    await f.db.updateTable('integrations').set({ enabled: false }).where('id', '=', id).execute();
    assert.equal((await f.send({})).status, 202);
    assert.deepEqual(
      (await f.deliveries()).map((one) => one.status),
      ['received', 'held'],
    );
  });

  it('returns 404 for a type that nobody installed', async () => {
    const response = await f.send({ to: 'gitlab' });
    assert.equal(response.status, 404);
  });

  describe('several integrations', () => {
    /**
     * Makes the ingest read each new integration, as if it had been notified of one. The ingest may have read all integrations before the
     * test added some.
     */
    const announce = async (): Promise<void> => {
      for (const { id } of await f.db.selectFrom('integrations').select('id').orderBy('id').execute())
        await f.ingest.refresh(id);
    };

    it('store one delivery for each integration with the same secret', async () => {
      const ids = [await f.addIntegration({ secret: 'secret' }), await f.addIntegration({ secret: 'secret' })];
      await announce();
      const response = await f.send({});
      const deliveries = await f.deliveries();
      assert.deepEqual(
        deliveries.map((one) => one.integration_id),
        ids,
      );
      assert.deepEqual(
        response.body.delivery_ids,
        deliveries.map((one) => one.id),
      );
    });

    it('are narrowed by repositories and installation', async () => {
      const all = await f.addIntegration({ secret: 'secret' });
      const mine = await f.addIntegration({ secret: 'secret', config: { repositories: ['Octo/Hello'] } });
      await f.addIntegration({ secret: 'secret', config: { repositories: ['octo/other'] } });
      await f.addIntegration({ secret: 'secret', config: { installation_id: 7 } });
      const body = JSON.stringify({ ...JSON.parse(issueBody()), installation: { id: 8 } });
      await announce();
      await f.send({ body });
      assert.deepEqual(
        (await f.deliveries()).map((one) => one.integration_id),
        [all, mine],
      );
    });

    it('receive the events of a repository that they name under every later name', async () => {
      const wanted = await f.addIntegration({ secret: 'secret', config: { repositories: ['octo/hello'] } });
      const other = await f.addIntegration({ secret: 'secret', config: { repositories: ['octo/other'] } });
      await f.db.updateTable('integrations').set({ host: 'tracker' }).execute();
      await f.db.transaction().execute((trx) =>
        saveRepository(trx, {
          project_id: f.projectId,
          integration_id: wanted,
          host: 'tracker',
          owner: 'octo',
          name: 'hello',
          externalId: '1001',
          seen_at: '2026-01-01T00:00:00Z',
          late: false,
        }),
      );
      await announce();
      const renamed = JSON.stringify({ ...JSON.parse(issueBody()), repository: { id: 1001, full_name: 'octo/new' } });
      await f.send({ body: renamed });
      const stranger = JSON.stringify({ ...JSON.parse(issueBody()), repository: { id: 1002, full_name: 'octo/new' } });
      await f.send({ body: stranger });
      assert.deepEqual(
        (await f.deliveries()).map(({ integration_id, status }) => [integration_id, status]),
        [
          [wanted, 'received'],
          [wanted, 'ignored'],
        ],
      );
      assert.ok(other > wanted);
    });

    it('all receive an event that announces an installation, and learn nothing from it', async () => {
      const ids = [
        await f.addIntegration({ secret: 'secret', config: { installation_id: 7 } }),
        await f.addIntegration({ secret: 'secret', config: { installation_id: 8 } }),
      ];
      await announce();
      const body = JSON.stringify({ action: 'created', installation: { id: 9 } });
      await f.send({ event: 'installation', body });
      await f.send({ event: 'issues', body });
      assert.deepEqual(
        (await f.deliveries()).map(({ integration_id, event, status }) => [integration_id, event, status]),
        [
          [ids[0], 'installation', 'received'],
          [ids[1], 'installation', 'received'],
          [ids[0], 'issues', 'ignored'],
        ],
      );
      await f.ingest.close();
      const hints = await f.db.selectFrom('webhook_hints').select('value').where('value', '=', '9').execute();
      assert.deepEqual(hints, []);
    });

    it('store one ignored delivery with the reason when no integration is left', async () => {
      const id = await f.addIntegration({ secret: 'secret', config: { repositories: ['octo/other'] } });
      await f.addIntegration({ secret: 'secret', config: { repositories: ['octo/third'] } });
      await announce();
      assert.equal((await f.send({})).status, 202);
      const [delivery, ...more] = await f.deliveries();
      assert.equal(more.length, 0);
      assert.deepEqual([delivery?.status, delivery?.integration_id], ['ignored', id]);
      assert.match(
        delivery?.reason ?? '',
        /repository octo\/hello, which config\.repositories of integration \d+ does not name/,
      );
    });

    it('are told apart by their secrets', async () => {
      await f.addIntegration({ secret: 'one' });
      const two = await f.addIntegration({ secret: 'two' });
      await f.send({ secret: 'two' });
      assert.deepEqual(
        (await f.deliveries()).map((one) => one.integration_id),
        [two],
      );
    });

    it('take on their own URL only what their own secret signs', async () => {
      const one = await f.addIntegration({ secret: 'one' });
      await f.addIntegration({ secret: 'two' });
      await f.addIntegration({ secret: 'one' });
      assert.equal((await f.send({ to: one, secret: 'two' })).status, 401);
      assert.equal((await f.send({ to: one, secret: 'one' })).status, 202);
      assert.equal((await f.send({ to: 999_999, secret: 'one' })).status, 401);
      assert.deepEqual(
        (await f.deliveries()).filter((d) => d.status === 'received').map((d) => d.integration_id),
        [one],
      );
    });
  });

  describe('the shared URL', () => {
    it('tries all of 16 different secrets', async () => {
      const ids = [];
      for (let n = 0; n < 16; n += 1) ids.push(await f.addIntegration({ secret: `secret-${n}` }));
      for (let n = 0; n < 16; n += 1) assert.equal((await f.send({ secret: `secret-${n}` })).status, 202);
      assert.deepEqual(
        (await f.deliveries()).map((one) => one.integration_id),
        ids,
      );
    });

    /** Adds a few hundred integrations with the secrets `${prefix}-0`, `${prefix}-1` and so on. */
    const addMany = async (count: number, prefix: string, more: { projectId?: number; config?: object } = {}) => {
      for (let n = 0; n < count; n += 1) {
        const config = { ...more.config };
        await f.addIntegration({
          secret: `${prefix}-${n}`,
          config,
          ...(more.projectId && { projectId: more.projectId }),
        });
      }
    };
    const addProject = async (): Promise<number> => {
      const values = { name: 'Other', slug: `other-${randomUUID()}` };
      return (await f.db.insertInto('projects').values(values).returning('id').executeTakeFirstOrThrow()).id;
    };

    it('tries 256 secrets without a hint, the latest first, and beyond that names the own URL', async () => {
      await addMany(258, 'secret');
      assert.equal((await f.send({ secret: 'secret-257', body: '{}' })).status, 202);
      assert.equal((await f.send({ secret: 'secret-3', body: '{}' })).status, 202);
      const response = await f.send({ secret: 'secret-0', body: '{}' });
      assert.equal(response.status, 401);
      assert.match(String(response.body.detail), /\/integrations\/\{id\}\/webhook/);
    });

    it('tries secrets that a hint of the configuration names whatever their number', async () => {
      const hinted = await f.addIntegration({ secret: 'hinted', config: { repositories: ['octo/hinted'] } });
      await addMany(257, 'secret');
      // Use a new ingest: the running one may not have read all secrets yet, and would then try every secret that it has.
      assert.equal((await f.send({ secret: 'hinted', body: '{}' }, f.newIngest())).status, 401);
      assert.equal((await f.send({ secret: 'hinted', body: issueBody({}, 'octo/hinted') })).status, 202);
      const verifiedAt = await waitFor('the time of the verification', async () => {
        const query = f.db
          .selectFrom('webhook_secrets')
          .select('last_verified_at')
          .where('integration_id', '=', hinted);
        return (await query.executeTakeFirstOrThrow()).last_verified_at ?? undefined;
      });
      assert.ok(verifiedAt instanceof Date);
      // The secret is now tried without a hint too, because it verified a request recently.
      assert.equal((await f.send({ secret: 'hinted', body: '{}' }, f.newIngest())).status, 202);
    });

    it('learns the hook of a sender that it found without a hint, also for other processes', async () => {
      const own = await f.addIntegration({ secret: 'hooked' });
      const headers = { 'x-github-hook-id': '77' };
      assert.equal((await f.send({ secret: 'hooked', headers })).status, 202);
      await waitFor('the learned hint to be kept', async () => {
        const rows = await f.db.selectFrom('webhook_hints').selectAll().where('learned', '=', true).execute();
        return rows.some((hint) => hint.kind === 'hook' && hint.value === '77' && hint.integration_id === own);
      });
      await addMany(257, 'secret');
      await f.db.updateTable('webhook_secrets').set({ last_verified_at: null }).execute();
      const restarted = f.newIngest();
      assert.equal((await f.send({ secret: 'hooked', body: '{}' }, restarted)).status, 401);
      assert.equal((await f.send({ secret: 'hooked', headers, body: '{}' }, restarted)).status, 202);
    });

    it('tries a hook that a verified ping named before hints of other deliveries', async () => {
      const pinged = await f.addIntegration({ secret: 'pinged' });
      const headers = { 'x-github-hook-id': '78' };
      assert.equal((await f.send({ secret: 'pinged', event: 'ping', headers })).status, 200);
      const hint = await waitFor('the hint of the ping to be kept', async () =>
        f.db
          .selectFrom('webhook_hints')
          .selectAll()
          .where('kind', '=', 'hook')
          .where('pinged', '=', true)
          .executeTakeFirst(),
      );
      assert.deepEqual([hint.value, hint.integration_id], ['78', pinged]);
    });

    it('verifies a delivery although 300 integrations of another project name its repository', async () => {
      await f.addIntegration({ secret: 'victim', config: { repositories: ['octo/hello'] } });
      await addMany(300, 'poison', { projectId: await addProject(), config: { repositories: ['octo/hello'] } });
      assert.equal((await f.send({ secret: 'victim' })).status, 202);
    });

    it('verifies a delivery although deliveries of another project have named its repository and its hook', async () => {
      await f.addIntegration({ secret: 'victim' });
      const other = await addProject();
      await addMany(257, 'poison', { projectId: other });
      const headers = { 'x-github-hook-id': '79' };
      for (let n = 0; n < 257; n += 1) await f.send({ secret: `poison-${n}`, headers });
      assert.equal((await f.send({ secret: 'victim', headers })).status, 202);
      assert.equal((await f.send({ secret: 'victim', headers }, f.newIngest())).status, 202);
    });

    it('keeps at most 256 learned hints of a project, those of pings first', async () => {
      const id = await f.addIntegration({ secret: 'hooked' });
      await f.send({ secret: 'hooked', event: 'ping', headers: { 'x-github-hook-id': '1' }, body: '{}' });
      const hints = Array.from({ length: 300 }, (_, n) => ({
        integrationId: id,
        type: 'tracker',
        kind: 'repository',
        value: `octo/repository-${n}`,
        pinged: false,
      }));
      await waitFor('the hint of the ping', () =>
        f.db.selectFrom('webhook_hints').select('value').where('pinged', '=', true).executeTakeFirst(),
      );
      await saveLearnedHints(f.db, hints);
      const kept = await f.db.selectFrom('webhook_hints').select('kind').execute();
      assert.deepEqual([kept.length, kept.filter(({ kind }) => kind === 'hook').length], [256, 1]);
    });

    it('verifies the largest body by a hint of its headers, and does not parse it before', async () => {
      const headers = { 'x-github-hook-id': '80' };
      await f.addIntegration({ secret: 'large' });
      assert.equal((await f.send({ secret: 'large', event: 'ping', headers })).status, 200);
      await addMany(40, 'secret', { projectId: await addProject() });
      const body = issueBody({ body: 'x'.repeat(20 * 1024 * 1024) });
      assert.equal((await f.send({ secret: 'large', headers, body })).status, 202);
    });
  });

  describe('a change of the integrations holds at once', () => {
    it('verifies with the secret of an integration that was just created', async () => {
      assert.equal((await f.send({ secret: 'fresh' })).status, 401);
      await f.addIntegration({ secret: 'fresh' });
      assert.equal((await f.send({ secret: 'fresh' })).status, 202);
    });

    it('verifies with a new secret whether its notification or the request arrives first', async () => {
      for (let n = 0; n < 14; n += 1) {
        const id = await f.addIntegration({ secret: `fresh-${n}` });
        // Both the notification and the request make the ingest read the new secret; the second read finds nothing new.
        const [, response] = await Promise.all([f.ingest.refresh(id), f.send({ secret: `fresh-${n}` })]);
        assert.equal(response.status, 202);
      }
    });

    it('refuses on both URLs after the integration was deleted', async () => {
      const id = await f.addIntegration({ secret: 'secret' });
      assert.equal((await f.send({})).status, 202);
      await f.db.deleteFrom('integrations').where('id', '=', id).execute();
      assert.equal((await f.send({})).status, 401);
      assert.equal((await f.send({ to: id })).status, 401);
    });

    it('verifies with the previous secret until its end', async () => {
      const id = await f.addIntegration({ secret: 'old' });
      assert.equal((await f.send({ secret: 'old' })).status, 202);
      await f.db
        .updateTable('webhook_secrets')
        .set({ valid_until: new Date(Date.now() + 60_000) })
        .where('integration_id', '=', id)
        .execute();
      await f.addSecret(id, 'new');
      assert.equal((await f.send({ secret: 'new' })).status, 202);
      assert.equal((await f.send({ secret: 'old' })).status, 202);
      await f.db
        .updateTable('webhook_secrets')
        .set({ valid_until: new Date(Date.now() - 1000) })
        .where('valid_until', 'is not', null)
        .execute();
      assert.equal((await f.send({ secret: 'old' })).status, 401);
      assert.equal((await f.send({ secret: 'new' })).status, 202);
    });

    it('uses a changed restriction after its notification', async () => {
      const id = await f.addIntegration({ secret: 'secret' });
      assert.equal((await f.send({})).status, 202);
      await f.db
        .updateTable('integrations')
        .set({ config: JSON.stringify({ repositories: ['octo/other'] }) })
        .where('id', '=', id)
        .execute();
      await f.notifier.notify('integrations', String(id));
      await waitFor('the narrowing', async () => {
        await f.send({});
        return (await f.deliveries()).at(-1)?.status === 'ignored';
      });
    });
  });

  it('refuses a delivery with 503 when the database stays away, and stores it when it is back', async () => {
    await f.addIntegration({ secret: 'secret' });
    assert.equal((await f.send({})).status, 202);
    let down = true;
    const pool = {
      connect: () =>
        down ? Promise.reject(Object.assign(new Error('down'), { code: 'ECONNREFUSED' })) : f.pool.connect(),
    } as unknown as typeof f.pool;
    const ingest = f.newIngest({ pool });
    const response = await f.send({ guid: 'g' }, ingest);
    assert.equal(response.status, 503);
    assert.ok(Number(response.headers['retry-after']) > 0);
    down = false;
    assert.equal((await f.send({ guid: 'g' }, ingest)).status, 202);
  });

  it('stores a delivery once when the connection is lost before its commit is heard of', async () => {
    await f.addIntegration({ secret: 'secret' });
    let lost = 0;
    /** Returns a database connection. The first connection commits, but breaks before the response to its commit arrives. */
    const connect = async () => {
      const client = await f.pool.connect();
      if (lost > 0) return client;
      lost += 1;
      const query = client.query.bind(client) as (...parameters: unknown[]) => Promise<unknown>;
      const losing = async (...parameters: unknown[]): Promise<never> => {
        await query(...parameters);
        throw new Error('Connection terminated unexpectedly');
      };
      return { query: losing, release: () => client.release(true) };
    };
    const ingest = f.newIngest({ pool: { connect } as unknown as typeof f.pool });
    const response = await f.send({}, ingest);
    const deliveries = await f.deliveries();
    assert.deepEqual([response.status, lost, deliveries.length], [200, 1, 1]);
    assert.equal(response.body.delivery_id, deliveries[0]?.id);
  });

  it('refuses together what has waited too long for a silent database, instead of one batch after another', async () => {
    await f.addIntegration({ secret: 'secret' });
    assert.equal((await f.send({})).status, 202);
    let asked = 0;
    const connect = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    const ingest = f.newIngest({ pool: { connect } as unknown as typeof f.pool });
    // The ingest stores deliveries in batches of up to 1 MiB, so that 100 bodies of 200 KB fill 20 batches.
    const body = issueBody({ body: 'x'.repeat(200_000) });
    const answers = await Promise.all(Array.from({ length: 100 }, () => f.send({ body }, ingest)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [503]);
    assert.ok(asked <= 10, `${asked} attempts`);
  });

  it('a row that the database refuses fails alone', async () => {
    await f.addIntegration({ secret: 'secret' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => f.send({ guid: n === 7 ? 'nul\0' : randomUUID() })),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      answers.map((_, n) => (n === 7 ? 400 : 202)),
    );
    assert.equal((await f.deliveries()).length, 19);
  });
});
