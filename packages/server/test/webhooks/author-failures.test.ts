import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { IntegrationDefinition, WebhookHint, WebhookManifest } from '@commandcenter/integration-kit';
import { createAuthorFailures } from '../../src/integrations/author-failures.ts';
import { findIntegration } from '../../src/integrations/integration-queries.ts';
import { integrationHealth } from '../../src/integrations/integration-view.ts';
import { createRegistry } from '../../src/integrations/registry.ts';
import { startDeliveryWorker } from '../../src/webhooks/deliveries/worker.ts';
import type { Ingest } from '../../src/webhooks/ingest/ingest.ts';
import { createRecordedLog, type LogRecord } from '../harness/recorded-log.ts';
import { waitFor } from '../harness/wait-for.ts';
import { trackerDefinition } from './tracker-integration.ts';
import { clock, createWebhookFixture, issueBody, silent, type WebhookFixture } from './webhook-fixture.ts';

const fails = (): never => {
  throw new RangeError('the author did not expect this');
};

/** A type like the tracker, with other hooks. */
function typeWith(type: string, hooks: Partial<WebhookManifest>): IntegrationDefinition {
  const { manifest } = trackerDefinition;
  const webhook = { ...(manifest.webhook as WebhookManifest), ...hooks };
  return { ...trackerDefinition, manifest: { ...manifest, type, webhook } };
}

describe("an author's code that fails while webhooks are taken in", () => {
  let f: WebhookFixture;
  before(async () => {
    f = await createWebhookFixture();
  });
  after(() => f.close());
  beforeEach(async () => {
    await f.db.deleteFrom('integrations').execute();
    await f.db.deleteFrom('deliveries').execute();
  });

  const ingestWith = (hooks: Partial<WebhookManifest>) => {
    const { log, records } = createRecordedLog();
    const authorFailures = createAuthorFailures(log, clock);
    const registry = createRegistry([trackerDefinition, typeWith('faulty', hooks)]);
    return { ingest: f.newIngest({ registry, authorFailures, log }), records, authorFailures };
  };
  const addFaulty = (secret: string, config: Record<string, unknown> = {}): Promise<number> =>
    f.addIntegration({ secret, config, type: 'faulty' });
  const send = (ingest: Ingest, to: string, secret: string, repository = 'octo/hello') =>
    f.send({ to, secret, body: issueBody({}, repository) }, ingest);
  const ofHook = (records: readonly LogRecord[], hook: string) => records.filter((record) => record.hook === hook);

  const faults: [what: string, hints: NonNullable<WebhookManifest['hints']>][] = [
    ['throws', fails],
    ['returns a promise that is rejected', (async () => fails()) as unknown as () => WebhookHint[]],
    ['returns no array', (() => 'octo/hello') as unknown as () => WebhookHint[]],
    ['returns something that is no hint', () => [null as unknown as WebhookHint]],
  ];
  for (const [what, hints] of faults) {
    it(`keeps every delivery when hints() ${what}, and says so in the log once`, async () => {
      const { ingest, records } = ingestWith({ hints });
      const id = await addFaulty('secret of the faulty one');
      for (let count = 0; count < 5; count += 1) {
        assert.equal((await send(ingest, 'faulty', 'secret of the faulty one')).status, 202);
      }
      const stored = await f.deliveries();
      assert.deepEqual(
        [...new Set(stored.map(({ integration_id, status }) => `${integration_id} ${status}`))],
        [`${id} received`],
      );
      assert.equal(stored.length, 5);
      const [logged, ...more] = ofHook(records, 'manifest.webhook.hints');
      assert.equal(more.length, 0);
      assert.equal(logged?.integrationType, 'faulty');
      assert.match(logged?.msg ?? '', /"faulty" failed.*without hints.*Fix the code of the integration's package/s);
      assert.ok(logged?.err?.message, 'the error itself is in the log');
    });
  }

  it('tells who reads a refused attempt that its secrets were tried without hints', async () => {
    const { ingest } = ingestWith({ hints: fails });
    await addFaulty('secret of the faulty one');
    assert.equal((await send(ingest, 'faulty', 'another secret')).status, 401);
    await ingest.close();
    const [attempt] = await f.deliveries();
    assert.equal(attempt?.status, 'rejected');
    assert.match(attempt?.reason ?? '', /hints\(\) of the integration type failed.*without hints/);
  });

  it('narrows by the configuration itself when configHints() throws, and other types go on as before', async () => {
    const { ingest, records } = ingestWith({ configHints: fails });
    const narrowed = await addFaulty('secret of the faulty one', { repositories: ['octo/hello'] });
    const tracker = await f.addIntegration({ secret: 'secret of the tracker' });
    assert.equal((await send(ingest, 'tracker', 'secret of the tracker')).status, 202);
    assert.equal((await send(ingest, 'faulty', 'secret of the faulty one')).status, 202);
    assert.equal((await send(ingest, 'faulty', 'secret of the faulty one', 'octo/other')).status, 202);
    const stored = await f.deliveries();
    assert.deepEqual(
      stored.map(({ integration_id, status }) => [integration_id, status]),
      [
        [tracker, 'received'],
        [narrowed, 'received'],
        [narrowed, 'ignored'],
      ],
    );
    const logged = ofHook(records, 'manifest.webhook.configHints');
    assert.equal(logged.length, 1, 'once for the type');
    assert.match(logged[0]?.msg ?? '', /narrowed by config\.repositories/);
  });

  it('shows the failure in the health of the integrations of the type for an hour, without the text of the error', async () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const failures = createAuthorFailures(silent, { now: () => now });
    const row = await findIntegration(f.db, await addFaulty('secret of the faulty one'));
    assert.ok(row);
    const noticeOf = (type: string) => integrationHealth(row, now, [], failures.recent(type)).notice;
    failures.report('faulty', 'manifest.webhook.hints', new RangeError('octo/secret of another project'));
    assert.match(noticeOf('faulty') ?? '', /hints\(\).*RangeError, 2026-01-01T00:00:00\.000Z.*without hints/);
    assert.doesNotMatch(noticeOf('faulty') ?? '', /another project/);
    assert.equal(noticeOf('tracker'), undefined);
    now = new Date('2026-01-01T01:00:01Z');
    assert.equal(noticeOf('faulty'), undefined);
  });

  it('logs a failure again after ten minutes, with the number of those in between', () => {
    let now = 0;
    const { log, records } = createRecordedLog();
    const failures = createAuthorFailures(log, { now: () => new Date(now) });
    for (const minute of [0, 1, 9, 10]) {
      now = minute * 60_000;
      failures.report('faulty', 'handleWebhook', new Error('again'));
    }
    assert.deepEqual(
      records.map(({ failuresSinceLastLogged }) => failuresSinceLastLogged),
      [1, 3],
    );
  });

  it('logs the error of handleWebhook(), which the delivery shows without its stack', async () => {
    const { log, records } = createRecordedLog();
    const host = { open: f.host.open, authorFailures: createAuthorFailures(log, clock) };
    await f.addIntegration({ secret: 'secret' });
    await f.send({ event: 'crash' });
    const applyChanges = async () => [];
    const worker = startDeliveryWorker({ db: f.db, host, applyChanges, notifier: f.notifier, log, pauseScale: 0 });
    await waitFor('the delivery to fail', async () => (await f.deliveries())[0]?.status === 'failed');
    await worker.stop();
    const logged = ofHook(records, 'handleWebhook');
    assert.equal(logged.length, 1, 'its attempts are logged once');
    assert.equal(logged[0]?.err?.message, 'the handler has a fault');
  });
});
