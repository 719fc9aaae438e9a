import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type FakeGitHub,
  type FakeGitHubOptions,
  type Installation,
  startFakeGitHub,
} from '@commandcenter/fake-github';
import { integration as github } from '@commandcenter/integration-github';
import { WebhookIntegration } from '@commandcenter/integration-kit';
import { type Logger, pino } from 'pino';
import { startNotifier } from '../../src/background/notify.ts';
import { retriedTransaction } from '../../src/database/retried-transaction.ts';
import { createIntegrationHost, type IntegrationHost } from '../../src/integrations/host.ts';
import { findIntegration } from '../../src/integrations/integration-queries.ts';
import { createRegistry } from '../../src/integrations/registry.ts';
import { formatEncryptionKeys, generateEncryptionKey } from '../../src/keys/encryption-keys.ts';
import { createKeyRing, type KeyRing } from '../../src/keys/key-ring.ts';
import type { SyncDependencies } from '../../src/sync/dependencies.ts';
import { createApplyChanges } from '../../src/sync/inbound/apply-changes.ts';
import type { SyncIntegration } from '../../src/sync/inbound/incoming-change.ts';
import { createMarkers } from '../../src/sync/outbound/create-markers.ts';
import type { TaskObject } from '../../src/tasks/task-object-queries.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';
import { waitFor } from '../harness/wait-for.ts';
import { markerKey, SyncWorld } from './fixtures.ts';

export const REPOSITORY = 'my-org/my-repo';
export const repositoryRef = { owner: 'my-org', name: 'my-repo' };

/** A fake GitHub with one repository, and an integration that calls it through the real integration host. */
export interface GitHubWorld {
  github: FakeGitHub;
  token: string;
  database: TestDatabase;
  deps: SyncDependencies;
  host: IntegrationHost;
  here: SyncWorld;
  integration: SyncIntegration;
  /** Adds a webhook at GitHub whose events are applied as the delivery worker would. */
  receiveWebhooks(): Promise<void>;
  /** The encryption keys in the text form in which a test passes them to another process that uses the same database. */
  encryptionKeys: string;
  keys: KeyRing;
  /** The installation if the integration is a GitHub App; otherwise null. */
  installation: Installation | null;
  /** Waits until nothing is left to send or to read. */
  atRest(): Promise<void>;
  task(): Promise<TaskObject>;
  close(): Promise<void>;
}

/** Starts everything that the workers of one process need. */
export async function startSync(
  { db, pool, openClient }: Pick<TestDatabase, 'db' | 'pool' | 'openClient'>,
  keys: KeyRing,
  log: Logger,
): Promise<{ host: IntegrationHost; deps: SyncDependencies; stop(): Promise<void> }> {
  const host = createIntegrationHost({
    db,
    keys,
    registry: createRegistry([github]),
    config: { EGRESS_ALLOW: ['127.0.0.1'] },
    log,
    clock: { now: () => new Date() },
    version: '0.0.0-test',
  });
  host.start();
  const notifier = await startNotifier({ openClient, pool, log });
  const applyChanges = createApplyChanges({ markerKey });
  const deps: SyncDependencies = { db, host, applyChanges, markers: createMarkers(markerKey), notifier, log };
  return {
    host,
    deps,
    async stop() {
      await notifier.close();
      await host.close();
    },
  };
}

export const APP_ID = 4711;

const newPrivateKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/**
 * Creates the fake GitHub, the database and the integration.
 *
 * @param auth the integration authenticates with a token, or as a GitHub App that is installed on the organization
 */
export async function createGitHubWorld(
  config: Record<string, unknown> = {},
  { clock, auth = 'token' }: Pick<FakeGitHubOptions, 'clock'> & { auth?: 'token' | 'github_app' } = {},
): Promise<GitHubWorld> {
  const gitHub = await startFakeGitHub(clock === undefined ? {} : { clock });
  gitHub.state.addOrganization('my-org', { members: { 'cc-bot': 'admin', octocat: 'member' } });
  gitHub.state.addRepository({
    owner: 'my-org',
    name: 'my-repo',
    collaborators: { 'cc-bot': 'admin', octocat: 'write' },
  });
  const token = gitHub.state.addToken({ login: 'cc-bot', scopes: ['repo', 'read:org', 'admin:repo_hook'] });

  const database = await createTestDatabase();
  const { db } = database;
  const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });
  const encryptionKeys = [generateEncryptionKey(new Date())];
  const keys = createKeyRing(encryptionKeys);
  const { host, deps, stop } = await startSync(database, keys, log);
  const privateKey = auth === 'github_app' ? newPrivateKey() : null;
  let installation: Installation | null = null;
  if (privateKey !== null) {
    gitHub.state.addApp({ appId: APP_ID, slug: 'commandcenter', publicKey: privateKey });
    installation = gitHub.state.addInstallation({ appId: APP_ID, account: 'my-org' });
  }
  const appConfig = installation === null ? {} : { app_id: APP_ID, installation_id: installation.id };
  const here = await SyncWorld.create(db, { api_url: gitHub.url, ...appConfig, ...config });
  await db
    .updateTable('integrations')
    .set({
      auth_type: auth,
      credentials: await keys.encrypt(privateKey === null ? { accessToken: token } : { privateKey }),
      credentials_fields: [privateKey === null ? 'access_token' : 'private_key'],
      credentials_version: 1,
      credential_key: `key-${here.integration.id}`,
      account: null,
    })
    .where('id', '=', here.integration.id)
    .execute();

  const { applyChanges } = deps;
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const row = await findIntegration(db, here.integration.id);
    if (row === undefined) throw new Error('the integration is gone');
    const { instance, takeChanges } = await host.open(row);
    if (!(instance instanceof WebhookIntegration)) throw new Error('no webhooks');
    await instance.handleWebhook(
      String(request.headers['x-github-event']),
      JSON.parse(Buffer.concat(chunks).toString()),
    );
    const batch = takeChanges().map((change) => ({ integration: row, change, source: { kind: 'webhook' as const } }));
    if (batch.length > 0) await retriedTransaction(db, (trx) => applyChanges(trx, batch));
    response.writeHead(202).end();
  });

  return {
    github: gitHub,
    token,
    database,
    deps,
    host,
    here,
    integration: here.integration,
    async receiveWebhooks() {
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      const { port } = receiver.address() as AddressInfo;
      const target = auth === 'github_app' ? { appId: APP_ID } : { repository: REPOSITORY };
      gitHub.state.addWebhook({ ...target, url: `http://127.0.0.1:${port}/` });
    },
    encryptionKeys: formatEncryptionKeys(encryptionKeys),
    keys,
    installation,
    async atRest() {
      await gitHub.webhooks.idle();
      await waitFor(
        'nothing to send and nothing to ask',
        async () => {
          const outbox = await db.selectFrom('outbox').select('id').executeTakeFirst();
          const question = await db
            .selectFrom('links')
            .select('id')
            .where('refetch_at', 'is not', null)
            .executeTakeFirst();
          return outbox === undefined && question === undefined;
        },
        60_000,
      );
      await gitHub.webhooks.idle();
    },
    task: () => here.onlyTask(),
    async close() {
      await stop();
      receiver.closeAllConnections();
      receiver.close();
      await gitHub.close();
      await database.destroy();
    },
  };
}
