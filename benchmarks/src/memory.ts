import type { LoadPlan } from './load/load-plan.ts';
import { runLoad } from './load/run-load.ts';
import { processLoad } from './processing.ts';
import { figure, format, heading } from './report.ts';
import { seedIntegrations } from './seed.ts';
import { startServerUnderTest } from './server-under-test.ts';

const SECRET = 'benchmark-secret-0123456789abcdef';

/** Measures the server's peak resident memory under the load of the other benchmarks and a flood of invalid webhooks. */
export async function benchMemory(): Promise<void> {
  heading('Memory');
  const server = await startServerUnderTest();
  console.log(`     at rest: ${format(server.memory().now)} MB`);
  await seedIntegrations(server, 1, () => SECRET);
  const load: LoadPlan = {
    port: server.port,
    path: '/api/v1/integrations/github/webhook',
    connections: 32,
    milliseconds: 300_000,
    requests: 30_000,
    secret: SECRET,
    payloadBytes: 11_600,
  };
  await processLoad(server, { ...load, issues: 5000 });
  console.log(`     after 30,000 deliveries: ${format(server.memory().peak)} MB`);
  await runLoad({ ...load, connections: 256, wrongSignature: true });
  console.log(`     after a flood over 256 connections: ${format(server.memory().peak)} MB`);
  figure('peak memory', server.memory().peak, 'MB', { atMost: 250 });
  await server.stop();
}
