import { sql } from 'kysely';
import type { LoadPlan } from './load/load-plan.ts';
import { runLoad } from './load/run-load.ts';
import { processLoad } from './processing.ts';
import { figure, format, heading, median } from './report.ts';
import { type SeededIntegrations, seedHistory, seedIntegrations } from './seed.ts';
import { type ServerUnderTest, startServerUnderTest } from './server-under-test.ts';

const SECRET = 'benchmark-secret-0123456789abcdef';
const ROUNDS = 3;
const FULL = { tasks: 1_000_000, deliveries: 2_000_000, integrations: 10_000 };

/** Runs the same work alternately on a full database and on one that has only a tenth of the integrations. */
export async function benchScale(): Promise<void> {
  heading('Scale: 10,000 integrations, 1,000,000 tasks, 2,000,000 deliveries, against 1,000 integrations');
  const small = await startServerUnderTest();
  await seed(small, FULL.integrations / 10);
  const full = await startServerUnderTest();
  await seedHistory(full, await seed(full, FULL.integrations), FULL);

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
      (await processLoad(server, { ...load(server), milliseconds: 300_000, requests: 5000, issues: 1000 })).perSecond,
    'a flood of wrong signatures': async (server) =>
      (await runLoad({ ...load(server), wrongSignature: true })).perSecond,
  };
  for (const [name, run] of Object.entries(work)) {
    const ratios: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const [onSmall, onFull] = [await run(small), await run(full)];
      if (round === 0) continue; // The first round only warms up the caches.
      ratios.push(onFull / onSmall);
      console.log(`${name}, round ${round}: full ${format(onFull)}/s, small ${format(onSmall)}/s`);
    }
    figure(`${name}, full / small`, median(ratios), '', { atLeast: 0.8 });
  }
  figure('peak memory, full', full.memory().peak, 'MB', { atMost: 250 });
  await small.stop();
  await full.stop();
}

/** Creates integrations with different secrets, of which the first has a hint for the repository in the payload. */
async function seed(server: ServerUnderTest, integrations: number): Promise<SeededIntegrations> {
  const seeded = await seedIntegrations(server, integrations, (n) => (n === 0 ? SECRET : `${SECRET}-${n}`));
  const { db } = server.database;
  await sql`
    insert into webhook_hints (integration_type, kind, value, integration_id, learned)
    values ('github', 'repository', 'codertocat/hello-world', ${seeded.firstId}, false)`.execute(db);
  await sql`select pg_notify('integrations', ${String(seeded.firstId)})`.execute(db);
  return seeded;
}
