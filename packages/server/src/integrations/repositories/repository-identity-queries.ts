import type { RepositoryRef } from '@commandcenter/integration-kit';
import { sql } from 'kysely';
import type { Transaction } from '../../database/database.ts';
import { announceIntegration } from '../integration-queries.ts';
import { addRepositoryIdHints } from '../webhook-hint-queries.ts';
import { requestChecks } from './repository-check-queries.ts';
import type { RepositoryRow } from './repository-queries.ts';

/** Stores the immutable id of a repository that was known by its name alone. */
export async function setExternalId(trx: Transaction, id: number, externalId: string): Promise<void> {
  await sql`update repositories set external_id = ${externalId} where id = ${id} and external_id is null`.execute(trx);
  await hintAtIds(trx, [id]);
}

/**
 * Gives a repository that was registered by its name the immutable id and host that an integration has read under that name. Changes
 * nothing if another row has the id or the name at that host, because sync joins the two.
 */
export async function identifyRegistered(
  trx: Transaction,
  { id, host, externalId }: { id: number; host: string; externalId: string },
): Promise<void> {
  const { numAffectedRows } = await sql`
    update repositories r set external_id = ${externalId}, host = ${host}, updated_at = now()
    where id = ${id} and external_id is null and host in (${host}, '') and not exists (
      select from repositories o where o.project_id = r.project_id and o.host = ${host} and o.id <> r.id and (
        o.external_id = ${externalId}
        or (lower(o.owner) = lower(r.owner) and lower(o.name) = lower(r.name) and o.name_lost_at is null)))`.execute(
    trx,
  );
  if (numAffectedRows === 1n) await hintAtIds(trx, [id]);
}

/**
 * Stores the ids of these repositories as webhook hints of the integrations that name them, so that their events arrive even after they
 * are renamed.
 */
export async function hintAtIds(trx: Transaction, ids: readonly number[]): Promise<void> {
  for (const integrationId of await addRepositoryIdHints(trx, ids)) await announceIntegration(trx, integrationId);
}

/**
 * Records that these repositories no longer have their names, because others have taken them or the repositories were deleted. The
 * columns keep the old names for people until a new name is seen.
 */
export async function releaseNames(trx: Transaction, ids: readonly number[]): Promise<void> {
  await sql`update repositories set name_lost_at = now(), updated_at = now() where id = any(${ids}::bigint[])`.execute(
    trx,
  );
}

/** Returns true if the repository with this immutable id is known to have had this name before its present one. */
export async function wasNamed(
  trx: Transaction,
  { project_id, host }: Pick<RepositoryRow, 'project_id' | 'host'>,
  externalId: string,
  { owner, name }: RepositoryRef,
): Promise<boolean> {
  const { rows } = await sql`
    select from repository_names n join repositories r on r.id = n.repository_id
    where r.project_id = ${project_id} and r.host = ${host} and r.external_id = ${externalId}
      and lower(n.owner) = lower(${owner}) and lower(n.name) = lower(${name})`.execute(trx);
  return rows.length > 0;
}

/**
 * Joins two rows of one repository: moves links, polls and grants from `from`, which was known by name alone, to `into`, which has the
 * immutable id, and records the name as a former one. Requests a repository check for links that were refused. Returns false, and changes
 * nothing, if another transaction has given `from` an id meanwhile.
 */
export async function joinRepositories(trx: Transaction, from: number, into: number): Promise<boolean> {
  const unidentified = await sql`
    select from repositories where id = ${from} and external_id is null for no key update`.execute(trx);
  if (unidentified.rows.length === 0) return false;
  await sql`
    update links l set repository_id = ${into}
    where repository_id = ${from} and not exists (
      select from links other where other.task_id = l.task_id and other.repository_id = ${into}
        and other.sync_state not in ('deleted', 'detached'))
      -- A link whose create was sent keeps its repository, because the create marker of the item is signed with that repository.
      and not exists (select from outbox o where o.link_id = l.id and o.sent_at is not null)`.execute(trx);
  // Delete links whose task already has an item in this repository, because the task must not get a second one.
  await sql`
    delete from links l
    where repository_id = ${from} and external_id is null and exists (
      select from links other where other.task_id = l.task_id and other.repository_id = ${into}
        and other.sync_state not in ('deleted', 'detached'))
      and not exists (select from outbox o where o.link_id = l.id and o.sent_at is not null)`.execute(trx);
  await sql`
    insert into repository_polls (integration_id, repository_id, next_poll_at, since, last_delivery_at)
    select integration_id, ${into}, next_poll_at, since, last_delivery_at from repository_polls where repository_id = ${from}
    on conflict (integration_id, repository_id) do update set since = least(repository_polls.since, excluded.since)`.execute(
    trx,
  );
  await sql`delete from repository_polls where repository_id = ${from}`.execute(trx);
  await sql`
    insert into repository_names (repository_id, owner, name)
    select ${into}, f.owner, f.name from repositories f join repositories i on i.id = ${into}
    where f.id = ${from} and (f.owner, f.name) is distinct from (i.owner, i.name)
    on conflict (repository_id, owner, name) do update set until = now()`.execute(trx);
  await sql`
    update repositories i
    set registered = i.registered or f.registered,
        granted_to = array(select unnest(i.granted_to) union select unnest(f.granted_to))
    from repositories f where i.id = ${into} and f.id = ${from}`.execute(trx);
  await releaseNames(trx, [from]);
  await requestChecks(trx, [into]);
  return true;
}

/** Replaces a repository's former name in `config.repositories` and in the webhook hints of the integrations that name it. */
export async function renameInConfigurations(
  trx: Transaction,
  { project_id, host }: Pick<RepositoryRow, 'project_id' | 'host'>,
  from: RepositoryRef,
  to: RepositoryRef,
): Promise<void> {
  const before = `${from.owner}/${from.name}`.toLowerCase();
  const after = `${to.owner}/${to.name}`;
  const { rows } = await sql<{ id: number }>`
    update integrations set updated_at = clock_timestamp(), config = jsonb_set(config, '{repositories}', (
      select jsonb_agg(case when lower(entry) = ${before} then ${after} else entry end)
      from jsonb_array_elements_text(config -> 'repositories') entry))
    where project_id = ${project_id} and host = ${host} and jsonb_typeof(config -> 'repositories') = 'array'
      and exists (select from jsonb_array_elements_text(config -> 'repositories') entry where lower(entry) = ${before})
    returning id`.execute(trx);
  for (const { id } of rows) {
    await sql`
      insert into webhook_hints (integration_type, kind, value, integration_id, learned)
      select integration_type, kind, ${after.toLowerCase()}, integration_id, false from webhook_hints
      where integration_id = ${id} and kind = 'repository' and value = ${before}
      on conflict do nothing`.execute(trx);
    await sql`delete from webhook_hints where integration_id = ${id} and kind = 'repository' and value = ${before}`.execute(
      trx,
    );
    await announceIntegration(trx, id);
  }
}
