import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { pino } from 'pino';
import { type Database, type DatabaseConnections, openDatabase } from '../src/database/database.ts';
import { registerWorker } from '../src/database/worker-claims.ts';
import { startWorkerSession, type WorkerSession } from '../src/database/worker-session.ts';
import { claimWrite } from '../src/integrations/credentials/credential-gate-queries.ts';
import { claimCheck } from '../src/integrations/repositories/repository-check-queries.ts';
import { claimJob } from '../src/jobs/claim-job-queries.ts';
import { claimPoll } from '../src/sync/inbound/repository-poll-queries.ts';
import { claimIntent } from '../src/sync/outbound/outbox-queries.ts';
import { claimRefetch } from '../src/sync/refetch-queries.ts';
import { createTestDatabase, type TestDatabase } from './harness/test-database.ts';
import { waitFor } from './harness/wait-for.ts';

const ALL = ['check', 'job', 'poll', 'read', 'write', 'write of the credential'];
const HOUR_SECONDS = 3600;
const log = pino({ level: 'silent' });

let database: TestDatabase;
const connections: DatabaseConnections[] = [];
let watcher: WorkerSession | undefined;

before(async () => {
  database = await createTestDatabase();
  await addDueWork(database.db);
});
after(async () => {
  await watcher?.stop();
  for (const { close } of connections) await close();
  await database.destroy();
});

const openWorker = (workerId: number): Database => {
  const opened = openDatabase({ url: database.url, log, workerId });
  connections.push(opened);
  return opened.db;
};
/** Opens a database session by which other workers know that the worker with this id is alive. */
const openSession = async (workerId: number): Promise<pg.Client> => {
  const session = await database.openClient('test');
  assert.equal(await registerWorker(session, workerId), 'new');
  return session;
};
const untilReleased = (workerId: number) =>
  waitFor(`the claims of worker ${workerId} to be given back`, async () => {
    const row = await database.db.selectFrom('workers').select('id').where('id', '=', workerId).executeTakeFirst();
    return row === undefined;
  });

test('what a worker has claimed is given back when its session has ended, and not before', async () => {
  const first = openWorker(1);
  const session = await openSession(1);
  assert.deepEqual(await claimAll(first), ALL);
  const other = openWorker(2);
  assert.deepEqual(await claimAll(other), []);

  // End the session of a third worker before the watcher starts. Once the watcher has released that worker's claims, it has checked all
  // other workers too.
  await (await openSession(3)).end();
  watcher = await startWorkerSession({ openClient: database.openClient, db: other, workerId: 2, log });
  await untilReleased(3);
  assert.deepEqual(await claimAll(other), []);

  await session.end();
  await untilReleased(1);
  assert.deepEqual(await claimAll(other), ALL);
});

test('a read or a check that the worker has put off before its end is not done earlier', async () => {
  const session = await openSession(4);
  const worker = openWorker(4);
  const later = new Date(Date.now() + HOUR_SECONDS * 1000);
  const makeDue = { refetch_at: new Date(0), refetch_worker: null };
  await database.db.updateTable('links').set(makeDue).execute();
  await database.db
    .updateTable('repositories')
    .set({ check_at: new Date(0) })
    .execute();
  assert.ok(await claimRefetch(worker, HOUR_SECONDS));
  assert.ok(await claimCheck(worker, HOUR_SECONDS));
  await database.db.updateTable('links').set({ refetch_at: later }).execute();
  await database.db.updateTable('repositories').set({ check_at: later }).execute();
  await session.end();
  await untilReleased(4);
  const link = await database.db.selectFrom('links').select('refetch_at').executeTakeFirstOrThrow();
  const repository = await database.db.selectFrom('repositories').select('check_at').executeTakeFirstOrThrow();
  assert.deepEqual([link.refetch_at, repository.check_at], [later, later]);
});

/** Tries to claim one piece of work of each kind, with a long lease. Returns the kinds that could be claimed. */
async function claimAll(db: Database): Promise<string[]> {
  const claims: Record<string, unknown> = {
    check: await claimCheck(db, HOUR_SECONDS),
    job: await claimJob(db, {
      types: ['test'],
      owner: 'test',
      leaseMs: HOUR_SECONDS * 1000,
      laneLimit: 1,
      exceptLanes: [],
      exceptProjects: [],
    }),
    poll: await claimPoll(db, HOUR_SECONDS),
    read: await claimRefetch(db, HOUR_SECONDS),
    write: await claimIntent(db, { owner: 'test', leaseSeconds: HOUR_SECONDS, except: [] }),
    'write of the credential': await isWriteGranted(db),
  };
  return Object.keys(claims).filter((kind) => claims[kind] !== undefined);
}

async function isWriteGranted(db: Database): Promise<true | undefined> {
  const claim = { credentialKey: 'key', owner: 'test', create: false, leaseMs: HOUR_SECONDS * 1000 };
  return (await claimWrite(db, claim)).granted ? true : undefined;
}

async function addDueWork(db: Database): Promise<void> {
  const project = await db
    .insertInto('projects')
    .values({ name: 'P', slug: 'p' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const of = { project_id: project.id };
  const integration = await db
    .insertInto('integrations')
    .values({ ...of, name: 'I', integration_type: 'test', auth_type: 'token' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const due = new Date(0);
  const repository = await db
    .insertInto('repositories')
    .values({ ...of, integration_id: integration.id, owner: 'o', name: 'n', check_at: due })
    .returning('id')
    .executeTakeFirstOrThrow();
  const link = await db
    .insertInto('links')
    .values({
      ...of,
      integration_id: integration.id,
      integration_type: 'test',
      repository_id: repository.id,
      sync_state: 'in_sync',
      refetch_at: due,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.insertInto('outbox').values({ link_id: link.id, integration_id: integration.id, kind: 'update' }).execute();
  await db
    .insertInto('repository_polls')
    .values({ integration_id: integration.id, repository_id: repository.id, next_poll_at: due, since: due })
    .execute();
  await db
    .insertInto('jobs')
    .values({ ...of, job_type: 'test', lane: 'test', actor: '{}' })
    .execute();
}
