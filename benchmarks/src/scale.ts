import { sql } from 'kysely';
import type { LoadPlan } from './load/load-plan.ts';
import { runLoad } from './load/run-load.ts';
import { workOff } from './processing.ts';
import { figure, format, heading, median } from './report.ts';
import { seedHistory, seedIntegrations } from './seed.ts';
import { type ServerUnderTest, startServerUnderTest } from './server-under-test.ts';

const SECRET = 'benchmark-secret-0123456789abcdef';
const ROUNDS = 3;
const FULL = { tasks: 1_000_000, deliveries: 2_000_000, integrations: 10_000 };

/** The same work on a full database and on an empty one, in turn. */
export async function benchScale(): Promise<void> {
  heading('Scale: 10,000 integrations, 1,000,000 tasks, 2,000,000 deliveries, against an empty database');
  const empty = await startServerUnderTest();
  await seedIntegrations(empty, 1, () => SECRET);
  const full = await startServerUnderTest();
  const seeded = await seedIntegrations(full, FULL.integrations, (n) => (n === 0 ? SECRET : `${SECRET}-${n}`));
  // As with an integration that names its repository: how one of 10,000 is found on the shared URL.
  await sql`
    insert into webhook_hints (integration_type, kind, value, integration_id, learned)
    values ('github', 'repository', 'codertocat/hello-world', ${seeded.firstId}, false)`.execute(full.database.db);
  await sql`select pg_notify('integrations', ${String(seeded.firstId)})`.execute(full.database.db);
  await seedHistory(full, seeded, FULL);

  const load = (server: ServerUnderTest): LoadPlan => ({
    port: server.port,
    path: '/api/v1/integrations/github/webhook',
    connections: 32,
    milliseconds: 4000,
    requests: Number.MAX_SAFE_INTEGER,
    secret: SECRET,
    payloadBytes: 11_600,
  });
  const work: Record<string, (server: ServerUnderTest) => Promise<number>> = {
    ingest: async (server) => (await runLoad(load(server))).perSecond,
    processing: async (server) =>
      (await workOff(server, { ...load(server), milliseconds: 300_000, requests: 5000, issues: 1000 })).perSecond,
    'a flood of wrong signatures': async (server) =>
      (await runLoad({ ...load(server), wrongSignature: true })).perSecond,
  };
  for (const [name, run] of Object.entries(work)) {
    const ratios: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const [onEmpty, onFull] = [await run(empty), await run(full)];
      if (round === 0) continue; // Caches are warm.
      ratios.push(onFull / onEmpty);
      console.log(`${name}, round ${round}: full ${format(onFull)}/s, empty ${format(onEmpty)}/s`);
    }
    figure(`${name}, full / empty`, median(ratios), '', { atLeast: 0.8 });
  }
  figure('memory at its highest, full', full.memory().peak, 'MB', { atMost: 250 });
  await empty.stop();
  await full.stop();
}
