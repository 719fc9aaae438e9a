import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from './call-api.ts';
import type { AttackPlan } from './load/attack-plan.ts';
import { runLoad } from './load/run-load.ts';
import { figure, format, heading } from './report.ts';
import { seedHistory, seedIntegrations } from './seed.ts';
import { startServerUnderTest } from './server-under-test.ts';

const SECRET_OF = (n: number): string => `benchmark-secret-0123456789abcdef-${n}`;
/**
 * Number of integrations. There are more of them than secrets that the shared webhook URL tries for a request whose payload gives no hint
 * of the integration.
 */
const INTEGRATIONS = 300;
/** Milliseconds that an attack runs before the honest sender begins. */
const LEAD_MS = 2000;

const attacks: [name: string, plan: Omit<AttackPlan, 'port' | 'token'>][] = [
  ['200 bodies of 25 MB that stop arriving', { kind: 'stalled_large', connections: 200 }],
  ['600 bodies of 200 KB that stop arriving', { kind: 'stalled_small', connections: 600 }],
  ['5,000 connections that send nothing', { kind: 'idle', connections: 5000 }],
  ['20 connections that send wrong signatures', { kind: 'wrong_signature', connections: 20 }],
  ['40 connections that search with a token', { kind: 'searches', connections: 40 }],
];

/** Measures an honest sender with 50 deliveries a second during each attack, from the same address. */
export async function benchAttack(): Promise<void> {
  heading('Webhook intake under attack: 50 honest deliveries a second from the address of the attacker');
  const server = await startServerUnderTest();
  const seeded = await seedIntegrations(server, INTEGRATIONS, SECRET_OF);
  await seedHistory(server, seeded, { tasks: 200_000, deliveries: 1000, integrations: INTEGRATIONS });
  const { token } = await callApi<{ token: string }>(server, '/tokens', { name: 'attacker', scopes: ['tasks:read'] });
  const honest = {
    port: server.port,
    path: '/api/v1/integrations/github/webhook',
    connections: 8,
    secret: SECRET_OF(0),
    payloadBytes: 11_600,
  };
  await runLoad({ ...honest, milliseconds: 2000, requests: 100 });
  for (const [name, plan] of attacks) {
    const attacker = fork(join(import.meta.dirname, 'load/attacker.ts'));
    attacker.send({ ...plan, port: server.port, token });
    await once(attacker, 'message');
    await sleep(LEAD_MS);
    const { statuses, requests, p50, slowest } = await runLoad({
      ...honest,
      milliseconds: 60_000,
      requests: 500,
      rate: 50,
    });
    attacker.send('stop');
    const [{ attempts }] = (await once(attacker, 'message')) as [{ attempts: number }];
    console.log(`\n${name} (${format(attempts)} attempts)`);
    figure('honest deliveries refused', requests - (statuses['202'] ?? 0), '', { atMost: 0 });
    figure('slowest honest delivery', slowest, 'ms', { atMost: 1000 });
    console.log(`     median ${format(p50)} ms`);
  }
  figure('peak memory', server.memory().peak, 'MB', { atMost: 500 });
  await server.stop();
}
