import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Fault } from './fault.ts';
import { signalAll } from './signals.ts';
import type { FaultySystem } from './system.ts';

const FREEZE_MS = 5000;
/** Milliseconds for which a worker is stopped, which is longer than the 30 s for which it holds the lease of an import. */
const LONGER_THAN_A_LEASE_MS = 35_000;
/**
 * Milliseconds after a start at which the process is killed: while Node loads, PostgreSQL starts, migrations are checked and the port is
 * opened.
 */
const MOMENTS_OF_A_START = [50, 300, 600, 900, 1200, 400, 800];

/** Faults of the server's own processes. */
export const processFaults: readonly Fault[] = [
  {
    name: 'server-killed',
    what: 'The only process, which does everything, is killed (`kill -9`), and started again by its supervisor.',
    layout: 'one',
    seeded: true,
    inject: (system) => system.server('server').kill(),
    limits: { startSeconds: 3 },
  },
  {
    name: 'everything-killed',
    what: 'The only process and all processes of its PostgreSQL are killed at the same moment.',
    layout: 'one',
    seeded: true,
    async inject(system) {
      const pids = await system.databaseProcesses();
      signalAll([system.server('server').process.pid, ...pids], 'SIGKILL');
    },
    limits: { startSeconds: 3 },
  },
  {
    name: 'killed-while-starting',
    what: 'The only process is killed, and killed again at seven moments of the starts that follow.',
    layout: 'one',
    async inject(system) {
      const server = system.server('server');
      await server.kill();
      for (const moment of MOMENTS_OF_A_START) {
        await server.spawned();
        await sleep(moment);
        await server.kill();
      }
    },
    limits: { startSeconds: 3 },
  },
  {
    name: 'web-process-killed',
    what: 'The process that takes in webhooks is killed while a worker goes on.',
    layout: 'roles',
    inject: (system) => system.server('ingest').kill(),
    limits: { startSeconds: 3 },
  },
  {
    name: 'worker-killed',
    what: 'A worker is killed in the middle of an import and of deliveries while another one goes on.',
    layout: 'roles',
    async prepare(system) {
      await system.startImport();
      await system.addServer('other worker', 'worker');
    },
    inject: (system) => system.server('worker').kill(),
    limits: { unacknowledged: 0, startSeconds: 3, takeoverSeconds: 5 },
  },
  {
    name: 'web-process-frozen',
    what: 'The process that takes in webhooks is frozen for 5 s, and goes on.',
    layout: 'roles',
    inject: async (system) => system.server('ingest').signal('SIGSTOP'),
    holdMs: FREEZE_MS,
    end: async (system) => system.server('ingest').signal('SIGCONT'),
    limits: { unacknowledged: 0 },
  },
  {
    name: 'worker-frozen',
    what: 'A worker is frozen in the middle of a transaction and for longer than its lease, and goes on when another one has its work.',
    layout: 'roles',
    async prepare(system) {
      await system.startImport();
      await system.addServer('other worker', 'worker');
    },
    inject: freezeInTransaction,
    holdMs: LONGER_THAN_A_LEASE_MS,
    end: async (system) => system.server('worker').signal('SIGCONT'),
    limits: { unacknowledged: 0 },
  },
  {
    name: 'two-restarted-in-turn',
    what: 'Two processes are stopped (SIGTERM) and started in turn; the sender uses the other one meanwhile.',
    layout: 'two',
    async inject(system) {
      await system.server('server').restart('SIGTERM');
      await system.server('other server').restart('SIGTERM');
    },
    limits: { unacknowledged: 0, startSeconds: 3 },
  },
  {
    name: 'clock-moved',
    what: "The process's clock goes one hour ahead, then to one hour behind, then to the true time.",
    layout: 'one',
    environment: { NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'moved-clock.ts'))}` },
    async inject(system) {
      for (let move = 0; move < 3; move += 1) {
        system.server('server').signal('SIGUSR2');
        await sleep(3000);
      }
    },
    limits: { unacknowledged: 0 },
  },
  {
    name: 'log-not-read',
    what: 'Whoever reads the log of the process hangs for 5 s after its pipe is full.',
    layout: 'one',
    environment: { LOG_LEVEL: 'debug' },
    async inject(system) {
      const server = system.server('server');
      server.process.stopReadingLog();
      await Promise.all(Array.from({ length: 20 }, () => askOften(`${server.url}/livez`, LOGGED_REQUESTS / 20)));
    },
    holdMs: FREEZE_MS,
    end: async (system) => system.server('server').process.readLogAgain(),
    limits: { unacknowledged: 0 },
  },
];

/** Number of requests that fills the log's pipe: each writes some 200 bytes, and a pipe and its reader hold 128 KiB together. */
const LOGGED_REQUESTS = 2000;

async function askOften(url: string, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    // A server process that no longer responds has been brought to the wanted state, so send no more requests.
    if (response === undefined) return;
    await response.arrayBuffer();
  }
}

const FREEZING_TRIES = 300;

/** Stops the worker while PostgreSQL waits for the next statement of one of its transactions. */
async function freezeInTransaction(system: FaultySystem): Promise<void> {
  const worker = system.server('worker');
  for (let attempt = 0; attempt < FREEZING_TRIES; attempt += 1) {
    worker.signal('SIGSTOP');
    const before = await openTransactions(system);
    if (before.length > 0) {
      await sleep(200);
      const after = await openTransactions(system);
      // A transaction of another worker would have gone on in the meantime, so one that is still the same belongs to the stopped worker.
      if (before.some((transaction) => after.includes(transaction))) return;
    }
    worker.signal('SIGCONT');
    await sleep(20 + (attempt % 7));
  }
  throw new Error('the worker was never stopped in the middle of a transaction');
}

async function openTransactions(system: FaultySystem): Promise<string[]> {
  const { rows } = await system.withDatabase((client) =>
    client.query<{ id: string }>(
      `select pid || ' ' || state_change as id from pg_stat_activity
       where application_name = 'commandcenter worker' and state = 'idle in transaction'`,
    ),
  );
  return rows.map(({ id }) => id);
}
