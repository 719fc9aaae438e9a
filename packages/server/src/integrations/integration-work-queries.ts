import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';

/** Most held deliveries that one statement makes due again. The prober continues with the rest. */
const DELIVERIES_AT_ONCE = 5000;

/**
 * SQL condition that is true for a row `o` of the outbox whose repository refuses requests. Such a row waits until the repository works
 * again.
 */
const repositoryRefuses = sql`exists (
  select from links l join repositories r on r.id = l.repository_id where l.id = o.link_id and r.refusal is not null)`;

/**
 * Lets the intents (queued changes to items) of an integration wait until `resume` is called. Jobs are left alone: each notices at its
 * next attempt that it has to wait, and records what for.
 */
export async function suspend(trx: Transaction, integrationId: number): Promise<void> {
  await sql`update outbox set not_before = 'infinity' where integration_id = ${integrationId} and not_before < 'infinity'`.execute(
    trx,
  );
}

/** Makes the waiting work of an integration due now: outbox, held deliveries, reads, polls and jobs. */
export async function resume(trx: Database | Transaction, integrationId: number): Promise<void> {
  await sql`
    update outbox o set not_before = now()
    where o.integration_id = ${integrationId} and o.not_before > now() and not ${repositoryRefuses}`.execute(trx);
  await sql`
    update deliveries set status = 'received', reason = null
    where id in (select id from deliveries where status = 'held' and integration_id = ${integrationId} order by id limit ${DELIVERIES_AT_ONCE})`.execute(
    trx,
  );
  await sql`update links set refetch_at = now() where integration_id = ${integrationId} and refetch_at > now()`.execute(
    trx,
  );
  await sql`
    update repository_polls set next_poll_at = now(), failures = 0
    where integration_id = ${integrationId} and (failures > 0 or last_delivery_at is null)`.execute(trx);
  await sql`
    update jobs set not_before = now()
    where integration_id = ${integrationId} and status = 'pending' and give_up_at is not null and link_id is null and not_before > now()`.execute(
    trx,
  );
  await sql`select pg_notify(channel, '') from unnest(array['outbox', 'deliveries', 'refetch', 'repository_checks', 'polls', 'jobs']) as channel`.execute(
    trx,
  );
}

/**
 * Returns the integrations that work although some of their work still waits, because it was queued while `resume` ran or there were too
 * many deliveries for one statement.
 */
export async function findStranded(db: Database): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select i.id from integrations i join (
      select o.integration_id from outbox o join links l on l.id = o.link_id
      where o.not_before = 'infinity' and l.sync_state = 'pending' and not ${repositoryRefuses}
      union select integration_id from deliveries where status = 'held'
      union select integration_id from jobs
      where status = 'pending' and not_before = 'infinity' and give_up_at is not null and link_id is null) waiting on waiting.integration_id = i.id
    where i.enabled and not i.auth_blocked and i.circuit = 'closed'`.execute(db);
  return rows.map(({ id }) => id);
}
