import { type RawBuilder, sql } from 'kysely';
import { ApiError } from '../errors.ts';
import type { Database, Transaction } from './database.ts';

interface Quota {
  limit: number;
  /** Plural noun of what is limited, for messages such as "A project has at most 500 integrations." */
  noun: string;
  remedy: string;
  /** Seconds after which a project that exceeds this quota may have room again. It is absent when only the caller can make room. */
  retryAfter?: number;
  /** Returns the SQL statement that selects the rows which count towards the quota of a project, each with its `amount`. */
  rows(projectId: number): RawBuilder<unknown>;
}

const MIB = 1024 * 1024;

/** Quotas of every project, so that no project takes the memory, disk and workers of the others. */
const quotas = {
  integrations: {
    limit: 500,
    noun: 'integrations',
    remedy: 'Delete one that is not used.',
    rows: (projectId) => sql`select 1 as amount from integrations where project_id = ${projectId}`,
  },
  tokens: {
    limit: 1000,
    noun: 'tokens that have not expired',
    remedy: 'Revoke some with DELETE /api/v1/tokens/{id}, or give tokens an expires_at.',
    rows: (projectId) => sql`
      select 1 as amount from api_tokens
      where project_id = ${projectId} and trusted_repository_id is null and (expires_at is null or expires_at > now())`,
  },
  unfinished_jobs: {
    limit: 1000,
    noun: 'unfinished jobs',
    remedy: 'Wait until some have ended, or cancel them with POST /api/v1/jobs/{id}/cancel.',
    retryAfter: 60,
    rows: (projectId) => sql`
      select 1 as amount from jobs where project_id = ${projectId} and status in ('pending', 'awaiting_source', 'running')`,
  },
  uploads: {
    limit: 500,
    noun: 'uploaded sources that wait for their analysis',
    remedy: 'Wait until some have been analyzed, or cancel their jobs.',
    retryAfter: 60,
    rows: (projectId) => sql`
      select 1 as amount from job_sources s join jobs j on j.id = s.job_id where j.project_id = ${projectId}`,
  },
  /** Total size of the uploaded sources. An upload that is not complete counts with the greatest allowed size. */
  upload_mib: {
    limit: 8192,
    noun: 'MiB of uploaded sources that wait for their analysis',
    remedy: 'Wait until some have been analyzed, or cancel their jobs.',
    retryAfter: 60,
    rows: (projectId) => sql`
      select coalesce(s.bytes / ${MIB}, 256) as amount from job_sources s join jobs j on j.id = s.job_id where j.project_id = ${projectId}`,
  },
} satisfies Record<string, Quota>;

export type QuotaName = keyof typeof quotas;

/** Throws ApiError when the project exceeds its quota. Call it after the insert in the same transaction, which the error rolls back. */
export async function requireWithinQuota(
  db: Database | Transaction,
  projectId: number,
  name: QuotaName,
): Promise<void> {
  const quota: Quota = quotas[name];
  const { rows } = await sql<{ total: number }>`
    select coalesce(sum(amount), 0)::float8 as total from (${quota.rows(projectId)} limit ${quota.limit + 1}) counted`.execute(
    db,
  );
  if ((rows[0]?.total ?? 0) > quota.limit) throw quotaExceeded({ ...quota, name, owner: 'A project' });
}

export interface ExceededQuota {
  /** Stable name of the quota, for programs. */
  name: string;
  owner: 'A project' | 'A token' | 'An address';
  limit: number;
  noun: string;
  remedy: string;
  retryAfter?: number;
}

/** Returns the error for an exceeded quota: 429 when waiting helps, otherwise 409. Both name the quota and its limit. */
export function quotaExceeded({ name, owner, limit, noun, remedy, retryAfter }: ExceededQuota): ApiError {
  const detail = `${owner} has at most ${limit.toLocaleString('en-US')} ${noun}. ${remedy}`;
  return new ApiError(retryAfter === undefined ? 409 : 429, `quota.${name}`, detail, {
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
    extensions: { quota: name, limit },
  });
}
