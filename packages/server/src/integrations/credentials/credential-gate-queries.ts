import { sql } from 'kysely';
import type { Database } from '../../database/database.ts';
import { thisWorker } from '../../database/worker-claims.ts';

/**
 * Limits for the requests of one credential as intervals in milliseconds and bursts (GCRA): one write per second after 60 at once, one
 * create per second after 20, and 400 creates per hour after 100.
 */
const writePace = { everyMs: 1000, burst: 60 };
const createPace = { everyMs: 1000, burst: 20 };
const createHourPace = { everyMs: 9000, burst: 100 };

const milliseconds = (value: number) => sql<string>`${value} * interval '1 millisecond'`;
const tolerance = (pace: typeof writePace) => milliseconds(pace.everyMs * (pace.burst - 1));
/** Returns the wait that the provider requested for this credential, or null if there is none. */
export async function readBlock(
  db: Database,
  credentialKey: string,
): Promise<{ waitMs: number; reason: string } | null> {
  const { rows } = await sql<{ wait_ms: number; reason: string | null }>`
    select (extract(epoch from blocked_until - now()) * 1000)::float8 as wait_ms, blocked_reason as reason
    from credential_gates where credential_key = ${credentialKey} and blocked_until > now()`.execute(db);
  const [row] = rows;
  return row === undefined ? null : { waitMs: row.wait_ms, reason: row.reason ?? 'rate limit' };
}

/** Stops all requests of a credential for `waitMs` milliseconds. A shorter wait never shortens a longer one. */
export async function block(db: Database, credentialKey: string, waitMs: number, reason: string): Promise<void> {
  await sql`
    insert into credential_gates as gate (credential_key, blocked_until, blocked_reason)
    values (${credentialKey}, now() + ${milliseconds(waitMs)}, ${reason})
    on conflict (credential_key) do update
      set blocked_until = excluded.blocked_until, blocked_reason = excluded.blocked_reason, updated_at = now()
      where gate.blocked_until is null or gate.blocked_until < excluded.blocked_until`.execute(db);
}

export type WriteClaim =
  | { granted: true }
  /**
   * The write has to wait: `blocked`, because the provider requested a wait; `lease`, because another write is under way; `pace`, because
   * it would follow the last ones too soon.
   */
  | { granted: false; because: 'blocked' | 'lease' | 'pace'; waitMs: number; reason: string };

/** Claims the credential's write lease and counts one write towards its pace, or returns what the write has to wait for. */
export async function claimWrite(
  db: Database,
  claim: { credentialKey: string; owner: string; create: boolean; leaseMs: number },
): Promise<WriteClaim> {
  const { credentialKey, owner, create, leaseMs } = claim;
  const granted = await sql`
    insert into credential_gates as gate (credential_key, worker, write_lease_owner, write_lease_until, write_tat, create_tat, create_hour_tat)
    values (${credentialKey}, ${thisWorker}, ${owner}, now() + ${milliseconds(leaseMs)}, now() + ${milliseconds(writePace.everyMs)},
      case when ${create} then now() + ${milliseconds(createPace.everyMs)} end,
      case when ${create} then now() + ${milliseconds(createHourPace.everyMs)} end)
    on conflict (credential_key) do update set
      worker = excluded.worker,
      write_lease_owner = excluded.write_lease_owner,
      write_lease_until = excluded.write_lease_until,
      write_tat = greatest(coalesce(gate.write_tat, now()), now()) + ${milliseconds(writePace.everyMs)},
      create_tat = case when ${create} then greatest(coalesce(gate.create_tat, now()), now()) + ${milliseconds(createPace.everyMs)} else gate.create_tat end,
      create_hour_tat = case when ${create} then greatest(coalesce(gate.create_hour_tat, now()), now()) + ${milliseconds(createHourPace.everyMs)} else gate.create_hour_tat end,
      updated_at = now()
    where (gate.blocked_until is null or gate.blocked_until <= now())
      and (gate.write_lease_until is null or gate.write_lease_until <= now())
      and (gate.write_tat is null or gate.write_tat <= now() + ${tolerance(writePace)})
      and (not ${create} or gate.create_tat is null or gate.create_tat <= now() + ${tolerance(createPace)})
      and (not ${create} or gate.create_hour_tat is null or gate.create_hour_tat <= now() + ${tolerance(createHourPace)})
    returning credential_key`.execute(db);
  if (granted.rows.length > 0) return { granted: true };
  const { rows } = await sql<{ blocked: number; lease: number; pace: number; reason: string | null }>`
    select
      (extract(epoch from coalesce(blocked_until, now()) - now()) * 1000)::float8 as blocked,
      (extract(epoch from coalesce(write_lease_until, now()) - now()) * 1000)::float8 as lease,
      (extract(epoch from greatest(
        coalesce(write_tat, now()) - ${tolerance(writePace)},
        case when ${create} then coalesce(create_tat, now()) - ${tolerance(createPace)} end,
        case when ${create} then coalesce(create_hour_tat, now()) - ${tolerance(createHourPace)} end) - now()) * 1000)::float8 as pace,
      blocked_reason as reason
    from credential_gates where credential_key = ${credentialKey}`.execute(db);
  const row = rows[0] ?? { blocked: 0, lease: 0, pace: 0, reason: null };
  if (row.blocked > 0)
    return { granted: false, because: 'blocked', waitMs: row.blocked, reason: row.reason ?? 'rate limit' };
  if (row.pace > 0) return { granted: false, because: 'pace', waitMs: row.pace, reason: 'the pace of writes' };
  return { granted: false, because: 'lease', waitMs: Math.max(row.lease, 0), reason: 'another write' };
}

/** The call still lasts. Returns false when the lease ended and was given to somebody else or taken back. */
export async function renewWrite(
  db: Database,
  credentialKey: string,
  owner: string,
  leaseMs: number,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update credential_gates set write_lease_until = now() + ${milliseconds(leaseMs)}
    where credential_key = ${credentialKey} and write_lease_owner = ${owner}`.execute(db);
  return numAffectedRows === 1n;
}

/** Gives the lease back. Returns false, with nothing changed, when it ended and somebody else has it or had it. */
export async function releaseWrite(db: Database, credentialKey: string, owner: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update credential_gates set write_lease_owner = null, write_lease_until = null
    where credential_key = ${credentialKey} and write_lease_owner = ${owner}`.execute(db);
  return numAffectedRows === 1n;
}

/** Deletes the rows of credentials that nobody has used for a day. */
export async function dropIdleGates(db: Database): Promise<void> {
  await sql`
    delete from credential_gates
    where updated_at < now() - interval '1 day' and (blocked_until is null or blocked_until < now())`.execute(db);
}
