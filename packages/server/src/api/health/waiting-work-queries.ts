import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../database/database.ts';
import { ANALYSIS_JOB, IMPORT_JOB, PUBLICATION_JOB, TASK_TO_ISSUE_JOB } from '../../jobs/job-definitions.ts';

/** Names of the queues, one for every kind of background work. */
export const queues = [
  'deliveries',
  'outbox',
  'reads',
  'polls',
  'repository_checks',
  'creates',
  'imports',
  'publications',
  'analyses',
] as const;
export type Queue = (typeof queues)[number];

export interface WaitingWork {
  /** Number of pieces of work that are due and not in progress. */
  waiting: number;
  /** Seconds since the oldest waiting work became due. */
  oldest_waiting_seconds: number;
  /** Number of pieces of work that are not due: they wait for a time, a credential, a host, a repository or a person. */
  parked: number;
}

export interface WaitingQueue extends WaitingWork {
  queue: Queue;
  /** Seconds since the oldest waiting work became due, but only of work whose integration or project has no other work in progress. */
  oldest_unserved_seconds: number;
}

export interface WaitingLane extends WaitingWork {
  queue: Queue;
  project_id: number;
  /** Id of the integration whose work waits in this lane; null for work that needs no integration. */
  integration_id: number | null;
}

/**
 * Most rows of a queue, the oldest ones, among which the lanes (the work of one integration or project) that have waited longest are
 * found.
 */
const MOST_COUNTED_FOR_LANES = 10_000;

interface Source {
  queue: Queue;
  /**
   * SQL statement that selects the rows of the queue. Columns: `at` (time at which the row becomes due), `due`, `served` (other work of
   * the same integration or project is in progress), `project_id` and `integration_id`.
   */
  rows: RawBuilder<unknown>;
}

const mayCall = sql`i.enabled and not i.auth_blocked and i.circuit = 'closed'`;
const notLeased = (table: string) =>
  sql`(${sql.ref(`${table}.lease_until`)} is null or ${sql.ref(`${table}.lease_until`)} <= now())`;

const jobs = (queue: Queue, type: string): Source => ({
  queue,
  rows: sql`
    select j.not_before as at, j.status = 'pending' and j.not_before <= now() as due, busy.project_id is not null as served,
      j.project_id, j.integration_id
    from jobs j left join (
      select distinct project_id from jobs where status = 'running' and job_type = ${type}) busy on busy.project_id = j.project_id
    where j.job_type = ${type} and j.status in ('pending', 'awaiting_source')`,
});

const deliveries: Source = {
  queue: 'deliveries',
  rows: sql`
    select d.received_at as at, d.status = 'received' as due, false as served, d.project_id, d.integration_id
    from deliveries d where d.status in ('received', 'held')`,
};
const outbox: Source = {
  queue: 'outbox',
  rows: sql`
    select o.not_before as at, o.not_before <= now() as due, busy.integration_id is not null as served, i.project_id, o.integration_id
    from outbox o join integrations i on i.id = o.integration_id left join (
      select distinct integration_id from outbox where lease_owner is not null and lease_until > now()) busy
      on busy.integration_id = o.integration_id
    where ${notLeased('o')}`,
};
const reads: Source = {
  queue: 'reads',
  // A leased read and a postponed read cannot be told apart by their columns, so that both count as parked.
  rows: sql`
    select l.refetch_at as at, l.refetch_at <= now() as due, true as served, l.project_id, l.integration_id
    from links l where l.refetch_at is not null`,
};
const polls: Source = {
  queue: 'polls',
  rows: sql`
    select p.next_poll_at as at,
      ${mayCall} and r.refusal ->> 'scope' is distinct from 'everything' and r.name_lost_at is null as due,
      true as served, i.project_id, p.integration_id
    from repository_polls p join integrations i on i.id = p.integration_id join repositories r on r.id = p.repository_id
    where p.next_poll_at <= now() and ${notLeased('p')}`,
};
const repositoryChecks: Source = {
  queue: 'repository_checks',
  rows: sql`
    select r.check_at as at, r.check_at <= now() and (i.id is null or (${mayCall})) as due, true as served,
      r.project_id, r.integration_id
    from repositories r left join integrations i on i.id = r.integration_id where r.check_at is not null`,
};
const creates = jobs('creates', TASK_TO_ISSUE_JOB.type);
const imports = jobs('imports', IMPORT_JOB.type);
const publications = jobs('publications', PUBLICATION_JOB.type);
const analyses = jobs('analyses', ANALYSIS_JOB.type);

const sources = [deliveries, outbox, reads, polls, repositoryChecks, creates, imports, publications, analyses];
/**
 * Queues whose waiting work is shown for each integration or project (lane). The others are left out: deliveries come and go by the
 * thousand, and polls and checks repeat by themselves, so that their lanes say nothing.
 */
const laneSources = [outbox, reads, creates, imports, publications, analyses];

const oldest = (condition: RawBuilder<unknown>): RawBuilder<number> =>
  sql`greatest(0, coalesce(extract(epoch from now() - min(at) filter (where ${condition})), 0))::float8`;
const figures = sql`
  (count(*) filter (where due))::integer as waiting,
  ${oldest(sql`due`)} as oldest_waiting_seconds,
  (count(*) filter (where not due))::integer as parked`;

/**
 * Returns the amount and age of the waiting work in every queue.
 *
 * @param most number of rows of a queue that are counted, the oldest first
 */
export async function findWaitingQueues(db: Database, most: number): Promise<WaitingQueue[]> {
  const selects = sources.map(
    ({ queue, rows }) => sql`
      select ${queue} as queue, ${figures}, ${oldest(sql`due and not served`)} as oldest_unserved_seconds
      from (select * from (${rows}) work order by at limit ${most}) counted`,
  );
  const { rows } = await sql<WaitingQueue>`${sql.join(selects, sql` union all `)}`.execute(db);
  return rows;
}

/**
 * Returns the lanes (the work of one integration or project in one queue) whose work has waited longest.
 *
 * @param projectIds ids of the projects whose lanes are considered; null for all
 */
export async function findWorstLanes(
  db: Database,
  projectIds: readonly number[] | null,
  limit: number,
): Promise<WaitingLane[]> {
  const isVisible = projectIds === null ? sql`true` : sql`project_id = any(${projectIds}::bigint[])`;
  const selects = laneSources.map(
    ({ queue, rows }) => sql`
      select ${queue} as queue, * from (
        select * from (${rows}) work where ${isVisible} order by at limit ${MOST_COUNTED_FOR_LANES}) counted`,
  );
  const { rows } = await sql<WaitingLane>`
    select queue, project_id, integration_id, ${figures} from (${sql.join(selects, sql` union all `)}) work
    group by queue, project_id, integration_id
    order by oldest_waiting_seconds desc, parked desc, queue, project_id, integration_id limit ${limit}`.execute(db);
  return rows;
}
