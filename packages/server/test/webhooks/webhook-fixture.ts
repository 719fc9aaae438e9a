import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { type Notifier, startNotifier } from '../../src/background/notify.ts';
import { createIntegrationHost, type IntegrationHost } from '../../src/integrations/host.ts';
import { createRegistry, type Registry } from '../../src/integrations/registry.ts';
import { fingerprintOf } from '../../src/keys/fingerprint.ts';
import { createKeyRing, type KeyRing } from '../../src/keys/key-ring.ts';
import { createIngest, type Ingest, type IngestDependencies } from '../../src/webhooks/ingest/ingest.ts';
import type { WebhookResponse } from '../../src/webhooks/ingest/webhook-response.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';
import { trackerDefinition } from './tracker-integration.ts';

export interface NewIntegration {
  /** The integration's webhook secret; null for an integration without one. */
  secret: string | null;
  config?: Record<string, unknown>;
  enabled?: boolean;
  projectId?: number;
  /** Default: `tracker`. */
  type?: string;
}

export interface SentWebhook {
  /** The target in the URL: the type of an integration (the shared URL) or an id. */
  to?: string | number;
  secret?: string;
  event?: string;
  guid?: string;
  body?: string | Buffer;
  /** Headers that replace the usual ones. An undefined value removes the header. */
  headers?: Record<string, string | undefined>;
}

/** Database, keys and a registry with the integration type `tracker`, without HTTP. */
export interface WebhookFixture extends TestDatabase {
  notifier: Notifier;
  registry: Registry;
  keys: KeyRing;
  host: IntegrationHost;
  projectId: number;
  /** The ingest that `send` uses by default. */
  ingest: Ingest;
  newIngest(overrides?: Partial<IngestDependencies>): Ingest;
  addIntegration(integration: NewIntegration): Promise<number>;
  addSecret(integrationId: number, secret: string, validUntil?: Date): Promise<void>;
  send(webhook: SentWebhook, ingest?: Ingest): Promise<WebhookResponse>;
  /** Returns all deliveries, the oldest first. */
  deliveries(): Promise<Awaited<ReturnType<typeof readDeliveries>>>;
  close(): Promise<void>;
}

export const silent = pino({ level: 'silent' });
export const clock = { now: () => new Date() };

export async function createWebhookFixture(): Promise<WebhookFixture> {
  const database = await createTestDatabase();
  const { db, pool, openClient } = database;
  const notifier = await startNotifier({ openClient, pool, log: silent });
  const registry = createRegistry([trackerDefinition]);
  const keys = createKeyRing([{ kid: 'test', key: randomBytes(32) }]);
  const fingerprintKey = randomBytes(32);
  const host = createIntegrationHost({
    db,
    keys,
    registry,
    config: { EGRESS_ALLOW: [] },
    log: silent,
    clock,
    version: '0',
  });
  const project = await db
    .insertInto('projects')
    .values({ name: 'P', slug: 'p' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const started: Ingest[] = [];

  const newIngest = (overrides: Partial<IngestDependencies> = {}): Ingest => {
    const ingest = createIngest({
      db,
      pool,
      registry,
      authorFailures: host.authorFailures,
      keys,
      notifier,
      clock,
      log: silent,
      ...overrides,
    });
    started.push(ingest);
    return ingest;
  };
  const addSecret = async (integrationId: number, secret: string, validUntil?: Date): Promise<void> => {
    await db
      .insertInto('webhook_secrets')
      .values({
        integration_id: integrationId,
        jwe: await keys.encrypt(secret),
        fingerprint: fingerprintOf(fingerprintKey, secret),
        valid_until: validUntil ?? null,
      })
      .execute();
  };

  const fixture: WebhookFixture = {
    ...database,
    notifier,
    registry,
    keys,
    host,
    projectId: project.id,
    ingest: newIngest(),
    newIngest,
    addSecret,
    async addIntegration({ secret, config = {}, enabled = true, projectId = project.id, type = 'tracker' }) {
      const { id } = await db
        .insertInto('integrations')
        .values({
          project_id: projectId,
          name: 'Tracker',
          integration_type: type,
          auth_type: 'token',
          config: JSON.stringify(config),
          enabled,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      for (const { kind, value } of trackerDefinition.manifest.webhook?.configHints?.(config) ?? []) {
        await db
          .insertInto('webhook_hints')
          .values({ integration_type: type, kind, value, integration_id: id, learned: false })
          .execute();
      }
      if (secret !== null) await addSecret(id, secret);
      return id;
    },
    send: ({ to = 'tracker', ...webhook }, through = fixture.ingest) => {
      const { headers, body } = signedRequest(webhook);
      const target = typeof to === 'number' ? { integrationId: to } : { type: to };
      return through.receive({ target, headers, body, address: '192.0.2.1' });
    },
    deliveries: () => readDeliveries(database),
    async close() {
      await Promise.all(started.map((one) => one.close()));
      await host.close();
      await notifier.close();
      await database.destroy();
    },
  };
  return fixture;
}

/** Returns headers and raw body as a sender of webhooks creates them. */
export function signedRequest({
  secret = 'secret',
  event = 'issues',
  guid = randomUUID(),
  body = issueBody(),
  headers = {},
}: Omit<SentWebhook, 'to'>) {
  const raw = Buffer.from(body);
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': guid,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`,
    ...headers,
  };
  return { headers: all, body: raw };
}

export function issueBody(issue: Record<string, unknown> = {}, repository = 'octo/hello'): string {
  return JSON.stringify({
    action: 'opened',
    issue: { id: 1, number: 1, title: 'A title', body: 'A body', updated_at: '2026-01-02T00:00:00Z', ...issue },
    repository: { full_name: repository },
    sender: { login: 'ada' },
  });
}

async function readDeliveries({ db }: Pick<TestDatabase, 'db'>) {
  return await db.selectFrom('deliveries').selectAll().orderBy('id').execute();
}
