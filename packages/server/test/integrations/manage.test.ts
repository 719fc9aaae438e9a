import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { startFakeGitHub } from '@commandcenter/fake-github';
import { IntegrationError } from '@commandcenter/integration-kit';
import { ApiError } from '../../src/errors.ts';
import { deleteIntegration } from '../../src/integrations/delete-integration.ts';
import { testIntegration } from '../../src/integrations/health/test-integration.ts';
import { findIntegration, type IntegrationRow } from '../../src/integrations/integration-queries.ts';
import { integrationHealth, presentIntegrations } from '../../src/integrations/integration-view.ts';
import { changeIntegration } from '../../src/integrations/manage.ts';
import { saveRemoteHook } from '../../src/integrations/remote-hook-queries.ts';
import { rotateWebhookSecret } from '../../src/integrations/webhook-secret-queries.ts';
import { actor, type House, openHouse } from './fixture.ts';

/** Body of a new integration, from "2. Configure Integration" of the External Integrations Guide. */
const guideBody = {
  name: 'GitHub: my-org',
  integration_type: 'github',
  auth_type: 'token',
  access_token: 'ghp_secret',
  config: { webhook_secret: 'your_webhook_secret', default_labels: ['commandcenter'], auto_sync: true },
};
const SECOND = 'the-second-webhook-secret';
const THIRD = 'the-third-webhook-secret';
const FOURTH = 'the-fourth-webhook-secret';

describe('managing integrations', () => {
  let house: House;
  before(async () => {
    house = await openHouse();
  });
  after(() => house.close());
  // Most tests create the integration of the guide, and a project may have it only once.
  beforeEach(() => house.database.db.deleteFrom('integrations').execute());

  const view = async (row: IntegrationRow) => {
    const [shown] = await presentIntegrations(house.database.db, [
      (await findIntegration(house.database.db, row.id)) ?? row,
    ]);
    assert.ok(shown);
    return shown;
  };
  const change = (row: IntegrationRow, input: Parameters<typeof changeIntegration>[2]) =>
    changeIntegration(house.manage, row.id, input, actor);
  const secretsOf = async (row: IntegrationRow) => {
    const current = await findIntegration(house.database.db, row.id);
    assert.ok(current);
    return house.host.vault.webhookSecrets(current, new Date());
  };
  const refused = async (work: Promise<unknown>, ...pointers: string[]) =>
    assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof ApiError);
      assert.equal(error.status, 422);
      assert.deepEqual(
        error.errors?.map(({ pointer }) => pointer),
        pointers,
      );
      return true;
    });

  it("creates and changes an integration although its author's configHints() throws", async () => {
    house.probe.configHints = () => {
      throw new RangeError('the author did not expect this');
    };
    const row = await house.add({ config: { size: 1 } });
    assert.equal((await change(row, { enabled: false })).enabled, false);
    const [failure] = house.host.authorFailures.recent('custom');
    assert.deepEqual([failure?.hook, failure?.errorName], ['manifest.webhook.configHints', 'RangeError']);
    const hint = { kind: 'repository', value: 'Octo/Hello' } as const;
    house.probe.configHints = () => [hint, { ...hint, value: 'octo/hello' }];
    await change(row, { enabled: true });
    const stored = await house.database.db.selectFrom('webhook_hints').select(['kind', 'value']).execute();
    assert.deepEqual(
      stored,
      [{ kind: 'repository', value: 'octo/hello' }],
      'a hint that is named twice is stored once',
    );
    delete house.probe.configHints;
  });

  it('takes the body that the guide prints, and shows no secret of it', async () => {
    const row = await house.add(guideBody);
    const shown = await view(row);
    assert.deepEqual(shown.config, { default_labels: ['commandcenter'], auto_sync: true });
    assert.deepEqual(
      [
        shown.status,
        shown.enabled,
        shown.has_access_token,
        shown.has_webhook_secret,
        shown.success_rate,
        shown.last_error,
      ],
      ['pending', true, true, true, null, null],
    );
    assert.ok(!JSON.stringify([shown, row]).includes('ghp_secret'));
    assert.ok(!JSON.stringify([shown, row]).includes('your_webhook_secret'));
    assert.deepEqual(await house.host.vault.read(row), { accessToken: 'ghp_secret' });
    assert.deepEqual(await secretsOf(row), ['your_webhook_secret']);
  });

  it('tells what to do about a credential that expires soon beside what else is to be done', async () => {
    const row = await house.add(guideBody);
    const now = new Date('2026-12-01T00:00:00Z');
    const remedyOf = (changes: Partial<IntegrationRow>) => integrationHealth({ ...row, ...changes }, now).remedy ?? '';
    const soon = { credential_expires_at: new Date('2026-12-08T13:39:37Z') };
    const past = { credential_expires_at: new Date('2026-11-30T13:39:37Z') };
    const failed = { status: 'degraded', error_count: 1 } as const;
    const off = { enabled: false, status: 'error', disabled_by: 'errors' } as const;
    assert.match(remedyOf(soon), /^The credential expires on 2026-12-08 at 13:39 UTC\..* before then\.$/);
    assert.match(
      remedyOf({ ...soon, ...failed, last_error_class: 'outage' }),
      /^The provider fails\..* The credential expires on/,
    );
    assert.match(
      remedyOf({ ...soon, enabled: false, status: 'inactive', disabled_by: 'user' }),
      /^It was switched off\..* The credential expires on/,
    );
    const refused = remedyOf({ ...soon, ...failed, last_error_class: 'auth' });
    assert.match(refused, /^The credential was refused\./);
    assert.doesNotMatch(refused, /expires/);
    const expired = remedyOf({ ...past, ...failed, ...off, last_error_class: 'auth' });
    assert.match(expired, /^The credential expired on 2026-11-30 at 13:39 UTC\..* It was switched off after errors;/);
    assert.doesNotMatch(expired, /was refused/);
  });

  it('names every wrong field by its pointer', async () => {
    await refused(house.add({ ...guideBody, integration_type: 'gitlab' }), '/integration_type');
    await refused(house.add({ ...guideBody, auth_type: 'oauth' }), '/auth_type');
    const { access_token: _missing, ...without } = guideBody;
    await refused(house.add({ ...without, access_token: undefined as never }), '/access_token');
    await refused(
      house.add({
        ...guideBody,
        config: { auto_sync: 'yes', colour: 'red', api_url: 'http://ghe.example/api/v3', webhook_secret: '' },
      }),
      '/config/colour',
      '/config/auto_sync',
      '/config/api_url',
      '/config/webhook_secret',
    );
    await refused(house.add({ ...guideBody, config: { api_url: 'https://169.254.169.254/' } }), '/config/api_url');
    await refused(
      house.add({ ...guideBody, auth_type: 'github_app', private_key: 'no key' }),
      '/access_token',
      '/private_key',
      '/app_id',
      '/installation_id',
    );
    await refused(house.add({ ...guideBody, access_token: 'two words' }), '/access_token');
  });

  it('merges config by key, deletes with null, and leaves secrets that are not given', async () => {
    const row = await house.add(guideBody);
    await change(row, { config: { auto_sync: null, poll_seconds: 30 } });
    const shown = await view(row);
    assert.deepEqual(shown.config, { default_labels: ['commandcenter'], poll_seconds: 30 });
    assert.ok(shown.has_access_token && shown.has_webhook_secret);
    assert.deepEqual(await secretsOf(row), ['your_webhook_secret']);
  });

  it('answers a change with what is stored then, also when neither credential nor switch changed', async () => {
    const row = await house.add(guideBody);
    const changed = await change(row, { name: 'Renamed', config: { default_labels: null, poll_seconds: 30 } });
    assert.deepEqual([changed.name, changed.config], ['Renamed', { auto_sync: true, poll_seconds: 30 }]);
    assert.deepEqual(changed, await findIntegration(house.database.db, row.id));
  });

  it('sends a credential to another host only when it is given again', async () => {
    const row = await house.add(guideBody);
    await refused(change(row, { config: { api_url: 'https://evil.example/' } }), '/access_token');
    await change(row, { config: { api_url: 'https://ghe.example/api/v3/' }, access_token: 'ghe_token' });
    assert.equal((await view(row)).config.api_url, 'https://ghe.example/api/v3');
    await refused(change(row, { config: { api_url: null } }), '/access_token');
  });

  it('keeps a replaced webhook secret valid for a day, or as long as it is told', async () => {
    const row = await house.add(guideBody);
    await change(row, { config: { webhook_secret: SECOND } });
    assert.deepEqual(await secretsOf(row), [SECOND, 'your_webhook_secret']);
    const end = Date.parse((await view(row)).previous_webhook_secret_expires_at ?? '');
    assert.ok(Math.abs(end - Date.now() - 24 * 3_600_000) < 60_000);
    await change(row, { config: { webhook_secret: THIRD } });
    assert.deepEqual(await secretsOf(row), [THIRD, SECOND]);
    await change(row, { previous_webhook_secret_expires_at: null });
    assert.deepEqual(await secretsOf(row), [THIRD]);
    await change(row, {
      config: { webhook_secret: FOURTH },
      previous_webhook_secret_expires_at: '2020-01-01T00:00:00Z',
    });
    assert.deepEqual(await secretsOf(row), [FOURTH]);
    await change(row, { config: { webhook_secret: null } });
    assert.equal((await view(row)).has_webhook_secret, false);
  });

  it('refuses a new webhook secret of less than 16 or more than 1000 characters, and says how to make one', async () => {
    const row = await house.add(guideBody);
    const change16 = (webhook_secret: unknown) => change(row, { config: { webhook_secret } });
    const howTo = /must be a text of 16 to 1000 characters; make one with `openssl rand -hex 32`/;
    for (const wrong of ['', 'x'.repeat(15), 'x'.repeat(1001), 42]) {
      await refused(change16(wrong), '/config/webhook_secret');
      await assert.rejects(change16(wrong), (error: ApiError) => howTo.test(error.errors?.[0]?.message ?? ''));
    }
    await refused(house.add({ config: { webhook_secret: 'x'.repeat(15) } }), '/config/webhook_secret');
    assert.deepEqual(await secretsOf(row), ['your_webhook_secret']);
    await change16('x'.repeat(16));
    await change16('y'.repeat(1000));
    assert.deepEqual(await secretsOf(row), ['y'.repeat(1000), 'x'.repeat(16)]);
  });

  it('keeps a shorter webhook secret that was stored before the limit, also when other fields change', async () => {
    const row = await house.add({ ...guideBody, config: {} });
    const { db, keys } = house.manage;
    const stored = { jwe: await keys.encrypt('short'), fingerprint: Buffer.alloc(32, 3) };
    await db.transaction().execute((trx) => rotateWebhookSecret(trx, row.id, stored, new Date()));
    await change(row, { name: 'Renamed', config: { auto_sync: false } });
    assert.deepEqual([(await view(row)).name, await secretsOf(row)], ['Renamed', ['short']]);
    await change(row, { config: { webhook_secret: SECOND } });
    assert.deepEqual(await secretsOf(row), [SECOND, 'short']);
  });

  it('hints at whose webhooks come, by what is configured', async () => {
    const row = await house.add({ ...guideBody, config: { repositories: ['Acme/Web'] } });
    const hints = () =>
      house.database.db
        .selectFrom('webhook_hints')
        .select(['kind', 'value', 'learned'])
        .where('integration_id', '=', row.id)
        .execute();
    assert.deepEqual(await hints(), [{ kind: 'repository', value: 'acme/web', learned: false }]);
    await change(row, { config: { repositories: null } });
    assert.deepEqual(await hints(), []);
  });

  it('disables after five consecutive failed tests; PATCH as the guide prints it, or a passing test, enables it again', async () => {
    const row = await house.add();
    house.probe.testConnection = async () => {
      throw new Error('broken');
    };
    for (let count = 1; count <= 5; count += 1) {
      const { ok } = await testIntegration(house.host, row.id);
      assert.equal(ok, false);
      const { enabled, error_count } = await view(row);
      assert.deepEqual([enabled, error_count], [count < 5, count]);
    }
    const disabled = await view(row);
    assert.deepEqual([disabled.status, disabled.disabled_by, disabled.last_error], ['error', 'errors', 'broken']);
    const enabled = await change(row, { enabled: true, status: 'active' });
    assert.deepEqual(
      [enabled.status, enabled.enabled, enabled.error_count, enabled.disabled_by],
      ['active', true, 0, null],
    );

    for (let count = 1; count <= 5; count += 1) await testIntegration(house.host, row.id);
    assert.equal((await view(row)).enabled, false);
    house.probe.testConnection = async () => true;
    assert.equal((await testIntegration(house.host, row.id)).ok, true);
    const back = await view(row);
    assert.deepEqual([back.status, back.enabled, back.error_count, back.disabled_by], ['active', true, 0, null]);
  });

  it("counts a failed test once when the integration records it itself, as in the guide's example", async () => {
    const row = await house.add();
    house.probe.testConnection = async (instance) => {
      await instance.recordError('no route');
      throw new IntegrationError('Connection test failed: no route');
    };
    await testIntegration(house.host, row.id);
    const { error_count, total_error_count, last_error } = await view(row);
    assert.deepEqual([error_count, total_error_count, last_error], [1, 1, 'no route']);
    house.probe.testConnection = async (instance) => {
      await instance.recordSuccess();
      return true;
    };
    await testIntegration(house.host, row.id);
    const well = await view(row);
    assert.deepEqual([well.error_count, well.success_count, well.success_rate], [0, 1, 50]);
  });

  it('what a person switched off stays off, also after a passing test', async () => {
    house.probe.testConnection = async () => true;
    const row = await house.add();
    assert.equal((await change(row, { enabled: false })).status, 'inactive');
    assert.equal((await testIntegration(house.host, row.id)).ok, true);
    const shown = await view(row);
    assert.deepEqual([shown.enabled, shown.disabled_by, shown.status], [false, 'user', 'inactive']);
    await refused(change(row, { enabled: false, status: 'active' }), '/status');
  });

  it('deleted, removes the hooks it made and verifies nothing any more', async () => {
    await using github = await startFakeGitHub();
    github.state.addRepository({ owner: 'robot', name: 'web' });
    const access_token = github.state.addToken({ login: 'robot' });
    const row = await house.add({ ...guideBody, access_token, config: { ...guideBody.config, api_url: github.url } });
    const hook = github.state.addWebhook({ repository: 'robot/web', url: 'http://127.0.0.1:1/', secret: 'x' });
    await saveRemoteHook(house.database.db, row.id, {
      repository: 'robot/web',
      external_id: String(hook.id),
      url: 'http://127.0.0.1:1/',
    });
    await change(row, { enabled: false });
    await deleteIntegration(house.manage, row.id, actor);
    assert.deepEqual(github.state.hooksOf('robot/web'), []);
    assert.deepEqual(
      await house.database.db.selectFrom('webhook_secrets').select('id').where('integration_id', '=', row.id).execute(),
      [],
    );
    await assert.rejects(
      deleteIntegration(house.manage, row.id, actor),
      (error: unknown) => error instanceof ApiError && error.status === 404,
    );
    assert.deepEqual(github.violations, []);
  });
});
