import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { waitFor } from '../harness/wait-for.ts';
import type { Fault } from './fault.ts';
import { APPLICATION_ROLE } from './outside-postgres.ts';
import { signalAll } from './signals.ts';
import type { FaultySystem } from './system.ts';

const FREEZE_MS = 5000;
const OUTAGE_MS = 3000;
const FULL_MS = 10_000;
const SILENCE_MS = 4000;
/** Milliseconds for which a table is locked, which is longer than the 10 s for which a statement waits for a lock. */
const LONGER_THAN_LOCK_TIMEOUTS_MS = 20_000;

/** Faults of PostgreSQL, of its disk and of the network between it and the server. */
export const databaseFaults: readonly Fault[] = [
  {
    name: 'postmaster-killed',
    what: 'The main process of the embedded PostgreSQL is killed; the server starts it again.',
    layout: 'one',
    seeded: true,
    inject: async (system) => signalAll((await system.databaseProcesses()).slice(0, 1), 'SIGKILL'),
    limits: { unacknowledged: 0 },
  },
  {
    name: 'backend-killed',
    what: 'The PostgreSQL process of one connection that stores webhooks is killed, upon which PostgreSQL ends all others and recovers.',
    layout: 'one',
    async inject(system) {
      const found = `select pid from pg_stat_activity where application_name = 'commandcenter ingest' limit 1`;
      const { rows } = await system.withDatabase((client) => client.query<{ pid: number }>(found));
      signalAll(
        rows.map(({ pid }) => pid),
        'SIGKILL',
      );
    },
    limits: { unacknowledged: 0 },
  },
  {
    name: 'database-frozen',
    what: 'All processes of PostgreSQL are frozen for 5 s, and go on.',
    layout: 'one',
    inject: async (system) => signalAll(await system.databaseProcesses(), 'SIGSTOP'),
    holdMs: FREEZE_MS,
    end: async (system) => signalAll(await system.databaseProcesses(), 'SIGCONT'),
    limits: { unacknowledged: 0 },
  },
  {
    name: 'database-restarted',
    what: 'PostgreSQL is stopped as its administrator does it, and started 2 s later.',
    layout: 'roles',
    inject: async (system) => await system.postgres?.stop(),
    holdMs: 2000,
    end: async (system) => await system.postgres?.start(),
    limits: { unacknowledged: 0 },
  },
  {
    name: 'standby-promoted',
    what: 'All processes of the primary are killed, and its synchronous standby is promoted 2 s later.',
    layout: 'standby',
    inject: async (system) => signalAll(await system.databaseProcesses(), 'SIGKILL'),
    holdMs: 2000,
    async end(system) {
      system.isPromoted = true;
      await system.withDatabase((client) => client.query('select pg_promote()'));
    },
    limits: { unacknowledged: 0 },
  },
  {
    name: 'disk-full',
    what: 'The disk of the embedded PostgreSQL is full, for its write-ahead log too, until somebody frees space 10 s later.',
    layout: 'one',
    prepareFolder(folder) {
      mkdirSync(folder, { mode: 0o700 });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512m,mode=0700', 'tmpfs', folder]);
    },
    inject: fillDisk,
    holdMs: FULL_MS,
    end: async (system) => await rm(fillerOf(system)),
    limits: {},
    reasonToSkip: () => (process.getuid?.() === 0 ? undefined : 'only root can mount a small disk'),
  },
  {
    name: 'connections-exhausted',
    what: 'Others take all connections of PostgreSQL for 3 s, and the server loses those that it had.',
    layout: 'roles',
    inject: takeAllConnections,
    holdMs: OUTAGE_MS,
    end: (system) => system.endHeldSessions(),
    limits: { unacknowledged: 0 },
  },
  {
    name: 'lock-held',
    what: 'Somebody locks the table of deliveries for 5 s, and then the table of links for 20 s.',
    layout: 'one',
    async inject(system) {
      // Lock the tables one after the other. If both were locked at once, a worker that got the first would wait for the second, and
      // would keep the first locked for too long.
      await lockTable(system, 'deliveries');
      await sleep(FREEZE_MS);
      await system.endHeldSessions();
      await lockTable(system, 'links');
    },
    holdMs: LONGER_THAN_LOCK_TIMEOUTS_MS,
    end: (system) => system.endHeldSessions(),
    limits: { unacknowledged: 0 },
  },
  {
    name: 'network-cut',
    what: 'All connections to PostgreSQL are reset, and new ones are for 3 s.',
    layout: 'roles',
    inject: async ({ network }) => network?.become('cut'),
    holdMs: OUTAGE_MS,
    end: async ({ network }) => network?.become('open'),
    limits: { unacknowledged: 0 },
  },
  {
    name: 'network-silent',
    what: 'For 4 s nothing gets through to PostgreSQL; the connections of that time stay open and silent for ever.',
    layout: 'roles',
    inject: async ({ network }) => network?.become('silent'),
    holdMs: SILENCE_MS,
    end: async ({ network }) => network?.become('open'),
    limits: { unacknowledged: 0 },
  },
];

async function takeAllConnections(system: FaultySystem): Promise<void> {
  const takeOne = async (): Promise<boolean> => {
    try {
      await system.holdSession(APPLICATION_ROLE);
      return true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === TOO_MANY_CONNECTIONS) return false;
      throw error;
    }
  };
  const takeRest = async (): Promise<void> => {
    while (await takeOne());
  };
  await takeRest();
  // End the server's remaining connections until it has none for webhooks. Several rounds are needed, because whoever connects first gets
  // a freed connection.
  await waitFor('the server to have no connection for webhooks', async () => {
    await system.withDatabase((client) => client.query(END_CONNECTIONS));
    await takeRest();
    const { rows } = await system.withDatabase((client) => client.query(INGEST_CONNECTIONS));
    return rows.length === 0;
  });
}

const TOO_MANY_CONNECTIONS = '53300';
const END_CONNECTIONS = `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'commandcenter %'`;
const INGEST_CONNECTIONS = `select from pg_stat_activity where application_name = 'commandcenter ingest'`;

async function lockTable(system: FaultySystem, name: string): Promise<void> {
  const session = await system.holdSession();
  await session.query(`begin; lock table ${name} in access exclusive mode`);
}

const fillerOf = ({ dataDir }: FaultySystem): string => join(dataDir, 'filler');

/** Fills the disk, and makes PostgreSQL need another segment of its write-ahead log. */
async function fillDisk(system: FaultySystem): Promise<void> {
  const filler = await open(fillerOf(system), 'w');
  const block = Buffer.alloc(1024 * 1024);
  for (;;) {
    const { bavail, bsize } = statfsSync(system.dataDir);
    const room = Math.min(block.length, bavail * bsize);
    if (room === 0) break;
    await filler.write(block.subarray(0, room));
  }
  await filler.close();
  // This query fails if PostgreSQL ends because of the full disk, which is allowed.
  await system.withDatabase((client) => client.query('select pg_switch_wal()')).catch(() => undefined);
}
