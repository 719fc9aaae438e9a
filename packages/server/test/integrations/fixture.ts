import { integration as github } from '@commandcenter/integration-github';
import {
  BaseIntegration,
  hubSignature256,
  type IntegrationDefinition,
  type WebhookHint,
} from '@commandcenter/integration-kit';
import { pino } from 'pino';
import { Type } from 'typebox';
import { createIntegrationHost, type IntegrationHost } from '../../src/integrations/host.ts';
import type { IntegrationRow } from '../../src/integrations/integration-queries.ts';
import { createIntegration, type ManageDependencies } from '../../src/integrations/manage.ts';
import { createRegistry } from '../../src/integrations/registry.ts';
import { createKeyRing } from '../../src/keys/key-ring.ts';
import { detachLinks } from '../../src/sync/link/detach-links.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';

export const actor = { type: 'system', id: null, name: 'test' } as const;
const silent = pino({ level: 'silent' });

/** Decides the result of the connection test of the integration type `custom`. */
export interface Probe {
  testConnection(instance: BaseIntegration): Promise<boolean>;
  configHints?(config: Record<string, unknown>): WebhookHint[];
}

const custom = (probe: Probe): IntegrationDefinition => ({
  manifest: {
    type: 'custom',
    title: 'Custom',
    description: 'For tests.',
    authTypes: { token: { credentials: ['access_token', 'refresh_token'], required: [] } },
    configSchema: Type.Object({ size: Type.Optional(Type.Integer({ minimum: 1 })) }, { additionalProperties: false }),
    webhook: {
      signature: hubSignature256,
      eventHeader: 'x-event',
      deliveryHeader: 'x-delivery',
      events: [],
      configHints: (config) => probe.configHints?.(config) ?? [],
    },
  },
  create: (context) =>
    new (class extends BaseIntegration {
      override testConnection(): Promise<boolean> {
        return probe.testConnection(this);
      }
    })(context),
});

export interface House {
  database: TestDatabase;
  /** Integration hosts that use the same database, as those of several server processes do. */
  hosts: IntegrationHost[];
  host: IntegrationHost;
  manage: ManageDependencies;
  probe: Probe;
  projectId: number;
  add(fields?: Partial<Parameters<typeof createIntegration>[1]>): Promise<IntegrationRow>;
  close(): Promise<void>;
}

export async function openHouse(processes = 1): Promise<House> {
  const database = await createTestDatabase();
  const { db } = database;
  const probe: Probe = { testConnection: async () => true };
  const keys = createKeyRing([{ kid: 'test', key: Buffer.alloc(32, 1) }]);
  const clock = { now: () => new Date() };
  const hosts = Array.from({ length: processes }, () =>
    createIntegrationHost({
      db,
      keys,
      registry: createRegistry([github, custom(probe)]),
      config: { EGRESS_ALLOW: ['127.0.0.1'] },
      log: silent,
      clock,
      version: '0.0.0',
    }),
  );
  const [host] = hosts;
  if (host === undefined) throw new Error('at least one process');
  const manage: ManageDependencies = {
    db,
    keys,
    fingerprintKey: Buffer.alloc(32, 2),
    host,
    clock,
    log: silent,
    detachLinks,
  };
  const project = await db
    .insertInto('projects')
    .values({ name: 'P', slug: 'p' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return {
    database,
    hosts,
    host,
    manage,
    probe,
    projectId: project.id,
    add: (fields = {}) =>
      createIntegration(
        manage,
        {
          project_id: project.id,
          name: 'One',
          integration_type: 'custom',
          auth_type: 'token',
          access_token: 't',
          ...fields,
        },
        actor,
      ),
    async close() {
      await Promise.all(hosts.map((one) => one.close()));
      await database.destroy();
    },
  };
}
