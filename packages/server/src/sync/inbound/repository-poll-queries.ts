import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { justDue, pauseUntilDue } from '../../database/due-time.ts';
import { thisWorker } from '../../database/worker-claims.ts';

/** A poll of a repository, leased by this process, with the repository's name. */
export interface PollRow {
  integration_id: number;
  repository_id: number;
  owner: string;
  name: string;
  /** Time on the provider's clock from which changes have not all been seen. */
  since: Date;
  /** URL of the conditional request to which `etag` belongs; null if there is none. */
  url: string | null;
  etag: string | null;
  last_delivery_at: Date | null;
  failures: number;
  /** The end of this process's lease, by which it recognizes the lease. */
  lease_until: Date;
}

/** Seconds for which the stored time of a webhook's last delivery is not updated again. */
const DELIVERY_RESOLUTION_SECONDS = 60;

/** SQL for `config.poll_seconds` of integration `i`; null if it is not a positive number. */
const pollSeconds = sql`case when jsonb_typeof(i.config -> 'poll_seconds') = 'number' and (i.config ->> 'poll_seconds')::float8 > 0
  then (i.config ->> 'poll_seconds')::float8 end`;

/**
 * SQL that is true if `config.repositories` of integration `i` names repository `r`. Such a repository is polled for all changes since
 * the integration was created.
 */
const isConfigured = sql`exists (
  select from jsonb_array_elements_text(
    case jsonb_typeof(i.config -> 'repositories') when 'array' then i.config -> 'repositories' else '[]' end) entry
  where lower(entry) = lower(r.owner || '/' || r.name))`;

/**
 * Starts polling these repositories, unless they are polled already. `delivered` is true if a webhook of the repository has just arrived;
 * it is then polled rarely.
 */
export async function watchRepositories(
  trx: Transaction,
  watched: readonly { integration_id: number; repository_id: number; delivered: boolean }[],
): Promise<void> {
  if (watched.length === 0) return;
  const { numAffectedRows } = await sql`
    with watched as (
      select integration_id, repository_id, bool_or(delivered) as delivered
      from json_to_recordset(${JSON.stringify(watched)}) as x(integration_id bigint, repository_id bigint, delivered boolean)
      group by 1, 2
    ), news as (
      select watched.* from watched left join repository_polls p using (integration_id, repository_id)
      where p.repository_id is null
        or (watched.delivered and (p.last_delivery_at is null
          or p.last_delivery_at < now() - make_interval(secs => ${DELIVERY_RESOLUTION_SECONDS})))
      order by 1, 2
    )
    insert into repository_polls (integration_id, repository_id, next_poll_at, since, last_delivery_at)
    select news.integration_id, news.repository_id,
      now() + make_interval(secs => case when delivered then 600 else least(60, ${pollSeconds}) end),
      case when ${isConfigured} then i.created_at else now() end
        + make_interval(secs => i.clock_offset_ms / 1000.0) - interval '1 minute',
      case when delivered then now() end
    from news join integrations i on i.id = news.integration_id join repositories r on r.id = news.repository_id
    on conflict (integration_id, repository_id) do update set last_delivery_at = excluded.last_delivery_at
    where excluded.last_delivery_at is not null`.execute(trx);
  if (numAffectedRows) await sql`select pg_notify('polls', '')`.execute(trx);
}

/** Shortens the pauses of repositories without a working webhook to `config.poll_seconds`, in case that was lowered meanwhile. */
export async function hastenPolls(trx: Transaction, hookAliveMs: number): Promise<void> {
  const { numAffectedRows } = await sql`
    update repository_polls p set next_poll_at = now() + make_interval(secs => ${pollSeconds})
    from integrations i
    where i.id = p.integration_id and p.failures = 0 and p.lease_until is null
      and (p.last_delivery_at is null or p.last_delivery_at < now() - make_interval(secs => ${hookAliveMs / 1000}))
      and p.next_poll_at > now() + make_interval(secs => 1.1 * ${pollSeconds})`.execute(trx);
  if (numAffectedRows) await sql`select pg_notify('polls', '')`.execute(trx);
}

/** Starts polling the `config.repositories` of all enabled integrations, for all changes since the integration was created. */
export async function watchConfiguredRepositories(trx: Transaction): Promise<void> {
  const named = sql`
    select i.id as integration_id, i.project_id, i.host, i.created_at, i.clock_offset_ms, split_part(entry, '/', 1) as owner, split_part(entry, '/', 2) as name
    from integrations i cross join lateral jsonb_array_elements_text(
      case jsonb_typeof(i.config -> 'repositories') when 'array' then i.config -> 'repositories' else '[]' end) as entry
    where i.enabled and entry ~ '^[^/]+/[^/]+$'`;
  await sql`
    insert into repositories (project_id, integration_id, host, owner, name)
    select distinct on (project_id, host, lower(owner), lower(name)) project_id, integration_id, host, owner, name
    from (${named}) named
    where not exists (
      select from repositories r
      where r.project_id = named.project_id and r.host in (named.host, '') and lower(r.owner) = lower(named.owner)
        and lower(r.name) = lower(named.name) and r.name_lost_at is null)
    order by project_id, host, lower(owner), lower(name), integration_id
    on conflict do nothing`.execute(trx);
  const { numAffectedRows } = await sql`
    insert into repository_polls (integration_id, repository_id, next_poll_at, since)
    select named.integration_id, r.id, now(), named.created_at + make_interval(secs => named.clock_offset_ms / 1000.0) - interval '1 minute'
    from (${named}) named
    join repositories r on r.project_id = named.project_id and r.host in (named.host, '') and lower(r.owner) = lower(named.owner)
      and lower(r.name) = lower(named.name) and r.name_lost_at is null
      and (r.integration_id is null or r.integration_id = named.integration_id)
    where not exists (
      select from repository_polls p where p.integration_id = named.integration_id and p.repository_id = r.id)
    order by 1, 2
    on conflict do nothing`.execute(trx);
  if (numAffectedRows) await sql`select pg_notify('polls', '')`.execute(trx);
}

/**
 * Leases and returns the poll that has been due longest; undefined if none is due. Integrations that may not send requests are left out.
 *
 * @param except ids of further integrations to leave out
 */
export async function claimPoll(
  db: Database,
  leaseSeconds: number,
  except: readonly number[] = [],
): Promise<PollRow | undefined> {
  const { rows } = await sql<PollRow>`
    update repository_polls p
    set worker = ${thisWorker}, lease_until = date_trunc('milliseconds', now()) + make_interval(secs => ${leaseSeconds})
    from repositories r
    where r.id = p.repository_id and (p.integration_id, p.repository_id) = (
      select due.integration_id, due.repository_id
      from repository_polls due join integrations i on i.id = due.integration_id
        join repositories asked on asked.id = due.repository_id
      where due.next_poll_at <= now() and (due.lease_until is null or due.lease_until <= now())
        and i.enabled and not i.auth_blocked and (i.next_attempt_at is null or i.next_attempt_at <= now())
        and asked.refusal ->> 'scope' is distinct from 'everything' and asked.name_lost_at is null
        and due.integration_id <> all(${except}::bigint[])
      order by due.next_poll_at limit 1 for update of due skip locked)
    returning p.integration_id, p.repository_id, r.owner, r.name, p.since, p.url, p.etag, p.last_delivery_at, p.failures, p.lease_until`.execute(
    db,
  );
  return rows[0];
}

/** Returns the milliseconds until a poll becomes due, leaving out the integrations `except`; undefined if no poll will become due. */
export async function nextPollInMs(db: Database, except: readonly number[]): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(greatest(p.next_poll_at, p.lease_until, i.next_attempt_at)) - now()) * 1000)::float8 as ms
    from (select * from repository_polls where next_poll_at > ${justDue} and integration_id <> all(${except}::bigint[]) order by next_poll_at limit 100) p join integrations i on i.id = p.integration_id
      join repositories r on r.id = p.repository_id
    where i.enabled and not i.auth_blocked and r.refusal ->> 'scope' is distinct from 'everything' and r.name_lost_at is null`.execute(
    db,
  );
  return pauseUntilDue(rows[0]?.ms);
}

/** Stores the position of a poll in the transaction that stores its items. */
export async function savePollPosition(
  trx: Transaction,
  poll: Pick<PollRow, 'integration_id' | 'repository_id' | 'since' | 'url' | 'etag'>,
): Promise<void> {
  await sql`
    update repository_polls set since = greatest(since, ${poll.since}), url = ${poll.url}, etag = ${poll.etag}
    where integration_id = ${poll.integration_id} and repository_id = ${poll.repository_id}`.execute(trx);
}

/** Releases the lease of a poll and plans the next one after `delayMs`. `failures` counts failures in a row and is 0 after a success. */
export async function finishPoll(
  db: Database,
  poll: Pick<PollRow, 'integration_id' | 'repository_id' | 'lease_until'>,
  outcome: { delayMs: number; failures: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update repository_polls
    set lease_until = null, failures = ${outcome.failures}, next_poll_at = now() + make_interval(secs => ${outcome.delayMs / 1000})
    where integration_id = ${poll.integration_id} and repository_id = ${poll.repository_id} and lease_until = ${poll.lease_until}`.execute(
    db,
  );
  return numAffectedRows === 1n;
}

export async function isWatched(
  db: Database,
  poll: Pick<PollRow, 'integration_id' | 'repository_id'>,
): Promise<boolean> {
  const row = await db
    .selectFrom('repository_polls')
    .select('repository_id')
    .where('integration_id', '=', poll.integration_id)
    .where('repository_id', '=', poll.repository_id)
    .executeTakeFirst();
  return row !== undefined;
}

/** Stops polling a repository for an integration that turned out to have no items. */
export async function unwatchRepository(
  db: Database,
  poll: Pick<PollRow, 'integration_id' | 'repository_id'>,
): Promise<void> {
  await db
    .deleteFrom('repository_polls')
    .where('integration_id', '=', poll.integration_id)
    .where('repository_id', '=', poll.repository_id)
    .execute();
}

/**
 * Starts polling a repository from `since`, the time at which an import began to compare its items. A repository that is polled already
 * keeps its position.
 */
export async function watchSince(
  trx: Transaction,
  integrationId: number,
  repositoryId: number,
  since: Date,
): Promise<void> {
  await sql`
    insert into repository_polls (integration_id, repository_id, next_poll_at, since)
    values (${integrationId}, ${repositoryId}, now() + interval '1 minute', ${since})
    on conflict do nothing`.execute(trx);
}

/**
 * Moves the position of a repository's polls to `since`, because an import has compared everything before. The next poll comes after
 * `pauseMs` at the latest.
 */
export async function watchFrom(
  trx: Transaction,
  { integration_id, repository_id, since }: Pick<PollRow, 'integration_id' | 'repository_id' | 'since'>,
  pauseMs: number,
): Promise<void> {
  await sql`
    update repository_polls
    set since = greatest(since, ${since}), next_poll_at = least(next_poll_at, now() + make_interval(secs => ${pauseMs / 1000}))
    where integration_id = ${integration_id} and repository_id = ${repository_id}`.execute(trx);
  await sql`select pg_notify('polls', '')`.execute(trx);
}

/** Makes the polls of a repository due, because it works again after a refusal. */
export async function pollNow(trx: Transaction, repositoryId: number): Promise<void> {
  await sql`update repository_polls set next_poll_at = now(), failures = 0 where repository_id = ${repositoryId}`.execute(
    trx,
  );
  await sql`select pg_notify('polls', '')`.execute(trx);
}

/** Stops all polls of a repository that was deleted. */
export async function unwatch(trx: Transaction, repositoryId: number): Promise<void> {
  await sql`delete from repository_polls where repository_id = ${repositoryId}`.execute(trx);
}
