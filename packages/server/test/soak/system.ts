import { randomUUID } from 'node:crypto';
import type { Delivery } from '@commandcenter/fake-github';
import { integration as github } from '@commandcenter/integration-github';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { fetch as undiciFetch } from 'undici';
import type { Transaction } from '../../src/database/database.ts';
import { ApiError } from '../../src/errors.ts';
import { createIntegrationHost, type IntegrationHost } from '../../src/integrations/host.ts';
import { dueProbes, findIntegration } from '../../src/integrations/integration-queries.ts';
import { findStranded } from '../../src/integrations/integration-work-queries.ts';
import { createRegistry } from '../../src/integrations/registry.ts';
import { decideConflict, undoConflict } from '../../src/sync/commands/decide-conflict.ts';
import { createTask, deleteTask, editTask } from '../../src/sync/commands/edit-task.ts';
import { startImport } from '../../src/sync/commands/start-import.ts';
import { wantItem } from '../../src/sync/commands/task-to-issue.ts';
import type { SyncDependencies } from '../../src/sync/dependencies.ts';
import { createApplyChanges } from '../../src/sync/inbound/apply-changes.ts';
import type { LinkRow } from '../../src/sync/link/link-queries.ts';
import { createMarkers } from '../../src/sync/outbound/create-markers.ts';
import type { TaskFields } from '../../src/tasks/task.ts';
import type { TaskRow } from '../../src/tasks/task-queries.ts';
import { joinBodies } from '../../src/webhooks/ingest/body-encoding.ts';
import { insertDeliveries } from '../../src/webhooks/ingest/delivery-insert-queries.ts';
import type { Decision } from './actions.ts';
import type { ConflictState, LinkState, System, TaskState, WorkKind, WorldSetup } from './system-interface.ts';
import { addIntegrations, type ReceivingIntegration, testKeys } from './system-setup.ts';
import { work } from './system-work.ts';
import type { VirtualDatabase } from './virtual-database.ts';

const markerKey = Buffer.alloc(32, 7);
const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });
const person = { type: 'user' as const, id: 1, name: 'ann' };

/** The code under test on a database. Only this file, `system-work.ts` and `system-setup.ts` import it. */
export class CurrentSystem implements System {
  readonly integrations: readonly ReceivingIntegration[];
  readonly #database: VirtualDatabase;
  readonly #transport: typeof undiciFetch;
  readonly #applyChanges = createApplyChanges({ markerKey });

  private constructor(
    database: VirtualDatabase,
    transport: typeof undiciFetch,
    integrations: readonly ReceivingIntegration[],
  ) {
    this.#database = database;
    this.#transport = transport;
    this.integrations = integrations;
  }

  static async create(database: VirtualDatabase, transport: typeof undiciFetch, setup: WorldSetup): Promise<System> {
    return new CurrentSystem(database, transport, await addIntegrations(database.db, setup));
  }

  createTask(projectId: number, fields: Partial<TaskFields> & Pick<TaskFields, 'title'>): Promise<number> {
    return this.#database.db
      .transaction()
      .execute(async (trx) => (await createTask(trx, { projectId, fields, actor: person })).id);
  }

  async editTask(taskId: number, fields: Partial<TaskFields>): Promise<void> {
    await this.#database.db.transaction().execute((trx) => editTask(trx, { taskId, fields, actor: person }));
  }

  async deleteTask(taskId: number): Promise<void> {
    await this.#database.db.transaction().execute((trx) => deleteTask(trx, { taskId }));
  }

  decide(conflictId: number, decision: Decision): Promise<boolean> {
    return this.#unlessRefused((trx) => decideConflict(trx, { ...decision, conflictId, actor: person }));
  }

  undo(conflictId: number): Promise<boolean> {
    return this.#unlessRefused((trx) => undoConflict(trx, { conflictId, actor: person }));
  }

  async requestIssue(
    taskId: number,
    integrationId: number,
    repository: { owner: string; name: string },
  ): Promise<void> {
    const { db } = this.#database;
    const integration = await findIntegration(db, integrationId);
    if (integration === undefined) throw new Error(`There is no integration ${integrationId}.`);
    await db.transaction().execute((trx) => wantItem(trx, integration, { taskId, repository, actor: person }));
  }

  async requestImport(integrationId: number, repository: { owner: string; name: string }): Promise<void> {
    await startImport(this.#database, { integrationId, repository, dryRun: false, actor: person });
  }

  async storeDelivery(integrationId: number, delivery: Delivery, copy: number): Promise<void> {
    const json = Buffer.from(delivery.payload);
    const client = await this.#database.pool.connect();
    try {
      await insertDeliveries(
        client,
        [
          {
            integrationId,
            secretId: this.integrations.find(({ id }) => id === integrationId)?.secretId ?? 0,
            event: delivery.event,
            guid: `${delivery.guid}-${copy}`,
            dedupeKey: randomUUID().replaceAll('-', ''),
            ignoredReason: null,
            json,
            action: delivery.action,
            repository: null,
            itemNumber: null,
            title: null,
            sender: null,
          },
        ],
        await joinBodies([json]),
      );
    } finally {
      client.release();
    }
  }

  async work(kind: WorkKind): Promise<boolean> {
    const { db } = this.#database;
    const host = this.#createHost();
    const notifier = { subscribe: () => () => {}, onReconnect: () => () => {} };
    const markers = createMarkers(markerKey);
    const deps: SyncDependencies = { db, host, applyChanges: this.#applyChanges, markers, notifier, log };
    const worked = await work(kind, { deps, host, integrations: this.integrations });
    await host.flush();
    return worked;
  }

  async nextDueMs(): Promise<number | null> {
    const { db } = this.#database;
    const { rows } = await sql<{
      deliveries: number;
      jobs: number | null;
      reads: number | null;
      intents: number | null;
    }>`
      select (select count(*)::int from deliveries where status = 'received') as deliveries,
        (select (extract(epoch from min(coalesce(lease_until, not_before)) - now()) * 1000)::float8
         from jobs where status in ('pending', 'running') and not_before < 'infinity') as jobs,
        (select (extract(epoch from min(refetch_at) - now()) * 1000)::float8 from links where refetch_at is not null) as reads,
        (select (extract(epoch from min(greatest(o.not_before, busy.until)) - now()) * 1000)::float8
         from outbox o left join lateral (
           select max(lease_until) as until from outbox where integration_id = o.integration_id and lease_owner is not null) busy on true
         where o.not_before < 'infinity') as intents`.execute(db);
    const probes = await dueProbes(db, 1);
    const waits = [
      rows[0]?.deliveries ? 0 : null,
      rows[0]?.jobs ?? null,
      rows[0]?.intents ?? null,
      rows[0]?.reads ?? null,
      await this.#checkDueMs(),
      probes.ids.length > 0 ? 0 : probes.nextMs,
      (await findStranded(db)).length > 0 ? 0 : null,
    ].filter((wait) => wait !== null);
    return waits.length === 0 ? null : Math.max(0, Math.ceil(Math.min(...waits)));
  }

  /**
   * Returns the milliseconds to the next repository check. A deleted repository is checked for ever, at growing intervals, so it is
   * ignored after 100 checks.
   */
  async #checkDueMs(): Promise<number | null> {
    const { rows } = await sql<{ ms: number | null }>`
      select (extract(epoch from min(check_at) - now()) * 1000)::float8 as ms from repositories where check_attempts < 100`.execute(
      this.#database.db,
    );
    const ms = rows[0]?.ms ?? null;
    return ms === null ? null : Math.max(0, Math.ceil(ms));
  }

  async pollsDueMs(): Promise<number | null> {
    const { rows } = await sql<{ ms: number | null }>`
      select (extract(epoch from max(greatest(next_poll_at, lease_until)) - now()) * 1000)::float8 as ms
      from repository_polls`.execute(this.#database.db);
    const ms = rows[0]?.ms ?? null;
    return ms === null ? null : Math.max(0, Math.ceil(ms));
  }

  async readTasks(): Promise<TaskState[]> {
    const { rows } = await sql<TaskRow>`select * from tasks where deleted_at is null order by id`.execute(
      this.#database.db,
    );
    return rows.map((row) => ({ ...row, projectId: row.project_id }));
  }

  async readRecords(): Promise<Map<number, string>> {
    const { rows } = await sql<{ task_id: number; text: string }>`
      select task_id, string_agg(text, '') as text from (
        select task_id, changes::text as text from task_history
        union all select task_id, jsonb_build_array(base, ours, theirs)::text from sync_conflicts) records
      group by task_id`.execute(this.#database.db);
    return new Map(rows.map(({ task_id, text }) => [task_id, text]));
  }

  async readConflicts(): Promise<ConflictState[]> {
    const { rows } = await sql<ConflictState>`
      select c.id, c.task_id as "taskId", c.link_id as "linkId", c.field, c.ours #>> '{}' as ours, c.theirs #>> '{}' as theirs,
        c.outcome = 'open' as "isOpen"
      from sync_conflicts c join tasks t on t.id = c.task_id where t.deleted_at is null order by c.id`.execute(
      this.#database.db,
    );
    return rows;
  }

  // If a write and a conflict have the same millisecond, their order is unknown, so they are skipped.
  async readFrozenWrites(): Promise<string[]> {
    const { rows } = await sql<{ text: string }>`
      select c.field || ' of link ' || l.id || ', frozen by conflict ' || c.id as text
      from links l join sync_conflicts c on c.link_id = l.id and c.outcome = 'open' cross join jsonb_array_elements(l.writes) write
      where write -> 'answered' is null and write -> 'set' ? c.field and (write ->> 'at')::timestamptz > c.at`.execute(
      this.#database.db,
    );
    return rows.map(({ text }) => text);
  }

  async readLinks(): Promise<LinkState[]> {
    const { rows } = await sql<LinkRow & { task_deleted: boolean }>`
      select l.*, t.deleted_at is not null as task_deleted from links l left join tasks t on t.id = l.task_id order by l.id`.execute(
      this.#database.db,
    );
    return rows.map((row) => ({
      id: row.id,
      taskId: row.task_deleted ? null : row.task_id,
      deletedTaskId: row.task_deleted ? row.task_id : null,
      projectId: row.project_id,
      integrationId: row.integration_id,
      externalId: row.external_id,
      repositoryId: row.repository_id,
      number: row.number,
      syncState: row.sync_state,
      lastError: row.last_error,
      frozen: row.frozen,
      refused: { labels: [...(row.refused.labels ?? [])], assignees: [...(row.refused.assignees ?? [])] },
    }));
  }

  async #unlessRefused(command: (trx: Transaction) => Promise<unknown>): Promise<boolean> {
    try {
      await this.#database.db.transaction().execute(command);
      return true;
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
  }

  #createHost(): IntegrationHost {
    return createIntegrationHost({
      db: this.#database.db,
      keys: testKeys,
      registry: createRegistry([github]),
      config: { EGRESS_ALLOW: ['127.0.0.1'] },
      log,
      clock: { now: () => new Date() },
      version: '0.0.0-test',
      transport: this.#transport,
    });
  }
}
