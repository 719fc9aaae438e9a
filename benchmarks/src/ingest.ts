import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadPlan, LoadResult } from './load/load-plan.ts';
import { runLoad } from './load/run-load.ts';
import { figure, format, heading, median } from './report.ts';
import { seedIntegrations } from './seed.ts';
import { startServerUnderTest } from './server-under-test.ts';

const SECRET = 'benchmark-secret-0123456789abcdef';
const ROUNDS = 5;

/**
 * Compares the durable webhook intake with the middleware of @octokit/webhooks, which stores nothing. Both get the same load alternately
 * in one run.
 */
export async function benchIngest(role: 'all' | 'ingest'): Promise<void> {
  heading(`Ingest, ROLE=${role}, against @octokit/webhooks createNodeMiddleware`);
  const server = await startServerUnderTest({ role });
  const octokit = fork(join(import.meta.dirname, 'load/octokit-server.ts'), [SECRET]);
  const [{ port: octokitPort }] = (await once(octokit, 'message')) as [{ port: number }];
  await seedIntegrations(server, 1, () => SECRET);
  const load: Omit<LoadPlan, 'port' | 'path'> = {
    connections: 32,
    milliseconds: 4000,
    requests: Number.MAX_SAFE_INTEGER,
    secret: SECRET,
    payloadBytes: 11_600,
  };
  const ours: LoadResult[] = [];
  const theirs: LoadResult[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const their = await runLoad({ ...load, port: octokitPort, path: '/api/github/webhooks' });
    const our = await runLoad({ ...load, port: server.port, path: '/api/v1/integrations/github/webhook' });
    if (round === 0) continue; // The first round only warms up both servers.
    ours.push(our);
    theirs.push(their);
    console.log(
      `round ${round}: ours ${format(our.perSecond)}/s p99 ${format(our.p99)} ms, theirs ${format(their.perSecond)}/s p99 ${format(their.p99)} ms, ratio ${format(our.perSecond / their.perSecond)}`,
    );
    if (Object.keys(our.statuses).join() !== '202') throw new Error(`ours answered ${JSON.stringify(our.statuses)}`);
  }
  octokit.disconnect();
  const ratio = median(ours.map((our, round) => our.perSecond / (theirs[round]?.perSecond ?? 1)));
  const latency = median(ours.map((our, round) => our.p99 / (theirs[round]?.p99 ?? 1)));
  figure('requests a second, ours / theirs', ratio, '', { atLeast: role === 'all' ? 0.4 : 0.5 });
  figure('p99, ours / theirs', latency, '', { atMost: 5 });
  figure('peak memory', server.memory().peak, 'MB', { atMost: 250 });
  await server.stop();
}
