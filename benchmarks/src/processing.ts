import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { LoadPlan } from './load/load-plan.ts';
import { runLoad } from './load/run-load.ts';
import { figure, format, heading } from './report.ts';
import { seedIntegrations } from './seed.ts';
import { type ServerUnderTest, startServerUnderTest } from './server-under-test.ts';

const SECRET = 'benchmark-secret-0123456789abcdef';

/** Measures how many deliveries a second become committed tasks, and the lag at a steady rate. */
export async function benchProcessing(): Promise<void> {
  heading('Processing: 20,000 deliveries on 5,000 issues');
  const server = await startServerUnderTest();
  await seedIntegrations(server, 1, () => SECRET);
  const load: Omit<LoadPlan, 'requests'> = {
    port: server.port,
    path: '/api/v1/integrations/github/webhook',
    connections: 32,
    milliseconds: 300_000,
    secret: SECRET,
    payloadBytes: 11_600,
    issues: 5000,
  };
  const { perSecond, seconds } = await processLoad(server, { ...load, requests: 20_000 });
  figure('deliveries a second from the first request to the last task committed', perSecond, '/s', { atLeast: 1000 });
  console.log(`     the load itself took ${format(seconds)} s`);

  const steady = await steadyLag(server, { ...load, requests: 15_000, rate: 1000 });
  figure('backlog at the end of 15 s at 1,000/s', steady.backlog, 'deliveries', { atMost: 1000 });
  const calm = await steadyLag(server, { ...load, requests: 3000, rate: 300 });
  figure('lag at 300/s, p99', calm.p99, 's', { atMost: 1 });
  figure('peak memory', server.memory().peak, 'MB', { atMost: 250 });
  await server.stop();
}

/** Sends the load as fast as possible and waits until every delivery is processed. */
export async function processLoad(
  server: ServerUnderTest,
  plan: LoadPlan,
): Promise<{ perSecond: number; seconds: number }> {
  const startedAt = performance.now();
  const { seconds, statuses } = await runLoad(plan);
  if (Object.keys(statuses).join() !== '202') throw new Error(`the server answered ${JSON.stringify(statuses)}`);
  await waitUntilProcessed(server);
  return { perSecond: plan.requests / ((performance.now() - startedAt) / 1000), seconds };
}

async function steadyLag(server: ServerUnderTest, plan: LoadPlan): Promise<{ p99: number; backlog: number }> {
  const { rows: before } = await sql<{ id: number }>`select max(id) as id from deliveries`.execute(server.database.db);
  await runLoad(plan);
  const backlog = await countWaiting(server);
  await waitUntilProcessed(server);
  const { rows } = await sql<{ p99: number }>`
    select percentile_cont(0.99) within group (order by extract(epoch from processed_at - received_at)) as p99
    from deliveries where id > ${before[0]?.id ?? 0}`.execute(server.database.db);
  return { p99: Number(rows[0]?.p99), backlog };
}

async function countWaiting({ database }: ServerUnderTest): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) from deliveries where status = 'received'`.execute(
    database.db,
  );
  return rows[0]?.count ?? 0;
}

async function waitUntilProcessed(server: ServerUnderTest): Promise<void> {
  while ((await countWaiting(server)) > 0) await sleep(20);
  const { rows } = await sql<{ status: string; reason: string }>`
    select status, reason from deliveries where status not in ('processed', 'rejected') limit 1`.execute(
    server.database.db,
  );
  if (rows[0] !== undefined) throw new Error(`a delivery ended ${rows[0].status}: ${rows[0].reason}`);
}
