import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { IntegrationError, IntegrationRateLimitError } from '@commandcenter/integration-kit';
import { ApiError } from '../../src/errors.ts';
import type { IntegrationHost } from '../../src/integrations/host.ts';
import { dueProbes } from '../../src/integrations/integration-queries.ts';
import { findStranded, resume } from '../../src/integrations/integration-work-queries.ts';
import { claimCheck } from '../../src/integrations/repositories/repository-check-queries.ts';
import { claimJob } from '../../src/jobs/claim-job-queries.ts';
import type { JobRow } from '../../src/jobs/job.ts';
import { findJob } from '../../src/jobs/job-queries.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import type { SyncDependencies } from '../../src/sync/dependencies.ts';
import { createImportJob } from '../../src/sync/inbound/import-job.ts';
import { pollRepository } from '../../src/sync/inbound/poll-repository.ts';
import { refetch } from '../../src/sync/inbound/refetch-worker.ts';
import { claimPoll, watchConfiguredRepositories } from '../../src/sync/inbound/repository-poll-queries.ts';
import { claimIntent } from '../../src/sync/outbound/outbox-queries.ts';
import { workOff } from '../../src/sync/outbound/outbox-worker.ts';
import { claimRefetch } from '../../src/sync/refetch-queries.ts';
import { checkAccess } from '../../src/sync/repositories/check-repositories.ts';
import { claimDueDeliveries } from '../../src/webhooks/deliveries/delivery-queue-queries.ts';
import { createIntegrationCache } from '../../src/webhooks/deliveries/integration-cache.ts';
import { processBatch } from '../../src/webhooks/deliveries/process-batch.ts';
import type { IntegrationHandle, WorkKind } from './system-interface.ts';

/** A worker process that performs one piece of work. */
export interface WorkerProcess {
  deps: SyncDependencies;
  host: IntegrationHost;
  integrations: readonly IntegrationHandle[];
}

const neverAborted = new AbortController().signal;

/** Claims and performs one piece of work as the server's own workers do. Returns true if there was any. */
export async function work(kind: WorkKind, process: WorkerProcess): Promise<boolean> {
  const { deps, host } = process;
  switch (kind) {
    case 'outbox':
      return write(deps);
    case 'refetch':
      return read(deps);
    case 'poll':
      return poll(deps);
    case 'check':
      return check(deps);
    case 'probe':
      return probe(process);
    case 'deliveries':
      return processDeliveries(process);
    case 'import':
      return runImport(deps);
    case 'test':
      for (const { id } of process.integrations) await testPatiently(host, id);
      return true;
  }
}

async function write(deps: SyncDependencies): Promise<boolean> {
  const owner = randomUUID();
  const intent = await claimIntent(deps.db, { owner, leaseSeconds: 15, except: [] });
  if (intent !== undefined) await workOff(deps, intent, 15, neverAborted);
  return intent !== undefined;
}

async function read(deps: SyncDependencies): Promise<boolean> {
  const link = await claimRefetch(deps.db, 60);
  if (link !== undefined) await refetch(deps, link, neverAborted);
  return link !== undefined;
}

async function check(deps: SyncDependencies): Promise<boolean> {
  const repository = await claimCheck(deps.db, 60);
  if (repository === undefined) return false;
  await checkAccess(deps, repository, neverAborted);
  return true;
}

async function poll(deps: SyncDependencies): Promise<boolean> {
  await deps.db.transaction().execute((trx) => watchConfiguredRepositories(trx));
  const due = await claimPoll(deps.db, 240);
  if (due !== undefined) await pollRepository(deps, due, neverAborted);
  return due !== undefined;
}

async function probe({ deps: { db }, host }: WorkerProcess): Promise<boolean> {
  const stranded = await findStranded(db);
  for (const id of stranded) await resume(db, id);
  const { ids } = await dueProbes(db, 1);
  for (const id of ids) await host.probe(id, neverAborted);
  return stranded.length + ids.length > 0;
}

async function processDeliveries({ deps: { db, applyChanges }, host }: WorkerProcess): Promise<boolean> {
  const dependencies = { integrations: createIntegrationCache(host), applyChanges, handlerTimeoutMs: 30_000 };
  const outcomes = await db.transaction().execute(async (trx) => {
    const claimed = await claimDueDeliveries(trx, { limit: 5, bytes: 8_000_000 });
    return claimed.length === 0 ? [] : await processBatch(trx, claimed, dependencies);
  });
  const failed = outcomes.find(({ status }) => status === 'failed');
  if (failed !== undefined) throw new Error(`delivery ${failed.id} failed: ${failed.reason}`);
  return outcomes.length > 0;
}

/** Runs an import from its checkpoint, as a job worker does. */
async function runImport(deps: SyncDependencies): Promise<boolean> {
  const { db, log } = deps;
  const handler = createImportJob(deps);
  const owner = randomUUID();
  const leaseMs = 30_000;
  const lanes = { laneLimit: 10, exceptLanes: [], exceptProjects: [] };
  const job = await claimJob(db, { types: [handler.type], owner, leaseMs, ...lanes });
  if (job === undefined) return false;
  await runJob({ db, log, leaseMs, handler, job, lease: { jobId: job.id, owner }, onProgress() {} }).ended;
  const { error } = (await findJob(db, job.id)) as JobRow;
  // The code under test records a refusal by the provider; any other error is a defect.
  if ((error as { code: string } | null)?.code === 'internal') throw new Error(`import ${job.id} failed by a defect`);
  return true;
}

/** Tests the integration as a person does, and repeats the test if GitHub asked to wait. */
async function testPatiently(host: IntegrationHost, id: number): Promise<void> {
  try {
    await host.test(id);
  } catch (error) {
    ignoreIntegrationError(error);
    if (!(error instanceof IntegrationRateLimitError)) return;
    await sleep(error.retryAt.getTime() - Date.now() + 1000);
    await testPatiently(host, id);
  }
}

/** Ignores refusals by the provider, which the code under test records. Rethrows anything else, because it is a defect. */
function ignoreIntegrationError(error: unknown): void {
  if (!(error instanceof IntegrationError) && !(error instanceof ApiError)) throw error;
}
