import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { justDue, pauseUntilDue } from '../database/due-time.ts';
import { thisWorker } from '../database/worker-claims.ts';
import type { JobRow } from './job.ts';

/**
 * Returns a text that identifies the type of a job and its lane (the group of jobs that use the credential of one integration or belong
 * to one project).
 */
export const laneKey = ({ job_type, lane }: Pick<JobRow, 'job_type' | 'lane'>): string => `${job_type}/${lane}`;

export interface JobClaim {
  types: readonly string[];
  /** Lease owner, unique to this attempt at a job. */
  owner: string;
  leaseMs: number;
  /**
   * Most jobs of one type and lane (such as one integration) that run at a time in all processes. Two processes that claim at the same
   * moment may exceed it by one.
   */
  laneLimit: number;
  /** Keys, made by `laneKey`, of the lanes (such as one integration's jobs) from which no job is claimed. */
  exceptLanes: readonly string[];
  exceptProjects: readonly number[];
}

/**
 * Number of due jobs that a claim considers, per lane and in total. It is greater than 1 so that processes which claim at the same moment
 * do not all try to lock the same job.
 */
const LOOKED_AT = 4;
const CANDIDATES = 32;

/**
 * Claims a job whose lease has expired, or else the job that has been due longest in the lane (the jobs of one integration or project)
 * with the fewest running jobs. Returns undefined when there is none. The cost grows with the number of lanes, not with the number of
 * waiting jobs.
 */
export async function claimJob(db: Database, claim: JobClaim): Promise<JobRow | undefined> {
  const { types, owner, leaseMs, laneLimit, exceptLanes, exceptProjects } = claim;
  const { rows } = await sql<JobRow>`
    with recursive lanes (job_type, lane) as (
      select t.job_type, (
        select j.lane from jobs j where j.status = 'pending' and j.job_type = t.job_type and j.lane is not null order by j.lane limit 1)
      from unnest(${types}::text[]) as t(job_type)
      union all
      select l.job_type, (
        select j.lane from jobs j where j.status = 'pending' and j.job_type = l.job_type and j.lane > l.lane order by j.lane limit 1)
      from lanes l where l.lane is not null
    ), running as (
      select job_type, lane, count(*) as jobs from jobs where status = 'running' and job_type = any(${types}::text[]) group by 1, 2
    ), due as materialized (
      select head.*, coalesce(running.jobs, 0) as beside
      from lanes left join running using (job_type, lane) cross join lateral (
        select j.id, j.not_before from jobs j
        where j.status = 'pending' and j.job_type = lanes.job_type and j.lane = lanes.lane and j.not_before <= now()
          and j.project_id <> all(${exceptProjects}::bigint[])
        order by j.not_before, j.id limit ${LOOKED_AT}) head
      where lanes.lane is not null and coalesce(running.jobs, 0) < ${laneLimit}
        and lanes.job_type || '/' || lanes.lane <> all(${exceptLanes}::text[])
      order by beside, head.not_before, head.id limit ${CANDIDATES}
    )
    update jobs set
      status = 'running', worker = ${thisWorker}, lease_owner = ${owner}, lease_until = now() + ${leaseMs} * interval '1 millisecond',
      attempts = attempts + 1, started_at = coalesce(started_at, now()), updated_at = now(),
      -- A claimed job waits no longer, so the reason of its wait is removed. The reason of a requested cancellation stays.
      error = case when cancel_requested then error end,
      current_step = case when give_up_at is null then current_step end
    where id = coalesce(
      (select id from jobs
        where status = 'running' and job_type = any(${types}::text[]) and lease_until < now()
        order by lease_until limit 1 for update skip locked),
      (select j.id from due join jobs j on j.id = due.id
        where j.status = 'pending'
        order by due.beside, due.not_before, due.id limit 1 for update of j skip locked))
    returning *`.execute(db);
  return rows[0];
}

/** Returns the milliseconds until the next job is due; undefined when no job waits for a time. */
export async function nextJobInMs(db: Database, types: readonly string[]): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(not_before) - now()) * 1000)::float8 as ms from jobs
    where status = 'pending' and job_type = any(${types}::text[]) and not_before > ${justDue} and not_before < 'infinity'`.execute(
    db,
  );
  return pauseUntilDue(rows[0]?.ms);
}
