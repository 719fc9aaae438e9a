import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { addApi } from '../packages/server/src/api/api.ts';
import { createApp } from '../packages/server/src/api/app.ts';
import type { Notifier } from '../packages/server/src/background/notify.ts';
import { openDatabase } from '../packages/server/src/database/database.ts';
import { createClientAddresses } from '../packages/server/src/http/client-address.ts';
import { createCursors } from '../packages/server/src/http/cursor.ts';
import { createIntegrationHost } from '../packages/server/src/integrations/host.ts';
import { loadRegistry } from '../packages/server/src/integrations/load-registry.ts';
import { createReportLinks } from '../packages/server/src/jobs/report-link.ts';
import { createKeyRing } from '../packages/server/src/keys/key-ring.ts';
import { createApplyChanges } from '../packages/server/src/sync/inbound/apply-changes.ts';
import { detachLinks } from '../packages/server/src/sync/link/detach-links.ts';
import { createMarkers } from '../packages/server/src/sync/outbound/create-markers.ts';
import { version } from '../packages/server/src/version.ts';
import { webhookRoutes } from '../packages/server/src/webhooks/http/routes.ts';
import { writeGenerated } from './write-generated.ts';

/** Generates `packages/server/openapi.json` from the schemas of the routes. `--check` only compares. Needs no database. */
const ROOT = resolve(import.meta.dirname, '..');
export const OPENAPI_FILE = join(ROOT, 'packages/server/openapi.json');

/** Returns the OpenAPI document of a server that is never started and connects to nothing. */
export async function describeApi(): Promise<string> {
  const log = pino({ level: 'silent' });
  const clock = { now: () => new Date() };
  const { db, pool, close } = openDatabase({ url: 'postgresql://localhost/never-connected', log });
  const keys = createKeyRing([{ kid: 'none', key: randomBytes(32) }]);
  const registry = await loadRegistry(log, [ROOT]);
  const host = createIntegrationHost({ db, keys, registry, config: { EGRESS_ALLOW: [] }, log, clock, version });
  const addresses = createClientAddresses([]);
  const storage = { pool, dataDir: undefined };
  const common = { addresses, storage, clock, log, keys, adminToken: undefined, version };
  const app = await createApp({ ...common, db, role: 'all' });
  await app.fastify.register(webhookRoutes, { prefix: '/api/v1', registry, serve: async () => {} });
  await addApi(app, {
    db,
    notifier: noopNotifier,
    log,
    host,
    manage: { db, keys, fingerprintKey: randomBytes(32), host, clock, log, detachLinks },
    sync: {
      db,
      host,
      applyChanges: createApplyChanges({ markerKey: randomBytes(32) }),
      markers: createMarkers(randomBytes(32)),
      notifier: noopNotifier,
      log,
    },
    clock,
    cursors: createCursors(randomBytes(32)),
    reportLinks: createReportLinks(randomBytes(32), 'http://localhost:8000'),
    randomBytes,
    fetch,
    version,
    publicUrl: 'http://localhost:8000',
  });
  const { body } = await app.fastify.inject('/openapi.json');
  await app.fastify.close();
  await host.close();
  await close();
  return `${JSON.stringify(JSON.parse(body), null, 2)}\n`;
}

const noopNotifier: Notifier = {
  subscribe: () => () => {},
  onReconnect: () => () => {},
  notify: async () => {},
  close: async () => {},
};

if (import.meta.main) await writeGenerated(OPENAPI_FILE, await describeApi(), 'node scripts/generate-openapi.ts');
