import type { WebhookHint } from '@commandcenter/integration-kit';
import { type RawBuilder, sql } from 'kysely';
import type { Transaction } from '../database/database.ts';

/**
 * Replaces all hints of an integration that were not learned: with those that its configuration gives, those of the webhooks that it
 * created, and the ids of the repositories that it names.
 */
export async function replaceConfiguredHints(
  trx: Transaction,
  integration: { id: number; integration_type: string },
  hints: readonly WebhookHint[],
): Promise<void> {
  await trx
    .deleteFrom('webhook_hints')
    .where('integration_id', '=', integration.id)
    .where('learned', '=', false)
    .execute();
  if (hints.length > 0) await addConfiguredHints(trx, integration, hints);
  await addHintsOfHooks(trx, integration.id);
  await addIdHints(trx, sql<boolean>`i.id = ${integration.id}`);
}

export async function addConfiguredHints(
  trx: Transaction,
  integration: { id: number; integration_type: string },
  hints: readonly WebhookHint[],
): Promise<void> {
  await trx
    .insertInto('webhook_hints')
    .values(
      hints.map(({ kind, value }) => ({
        integration_type: integration.integration_type,
        kind,
        value: value.toLowerCase(),
        integration_id: integration.id,
        learned: false,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['integration_type', 'kind', 'value', 'integration_id']).doUpdateSet({ learned: false }),
    )
    .execute();
}

/**
 * Stores the ids of repositories as hints of the integrations that name them in `config.repositories`, so that events still arrive after
 * a repository was renamed. Returns the ids of the integrations that got a new hint.
 */
export async function addRepositoryIdHints(trx: Transaction, repositoryIds: readonly number[]): Promise<number[]> {
  if (repositoryIds.length === 0) return [];
  return addIdHints(trx, sql<boolean>`r.id = any(${repositoryIds}::bigint[])`);
}

/**
 * Stores repository ids as hints. `scope` is a condition on integrations (`i`) or repositories (`r`); both are fast, because both sides
 * of the join have an index.
 */
async function addIdHints(trx: Transaction, scope: RawBuilder<boolean>): Promise<number[]> {
  const { rows } = await sql<{ integration_id: number }>`
    insert into webhook_hints (integration_type, kind, value, integration_id, learned)
    select distinct i.integration_type, 'repository_id', lower(r.external_id), i.id, false
    from integrations i
    cross join lateral jsonb_array_elements_text(
      case when jsonb_typeof(i.config -> 'repositories') = 'array' then i.config -> 'repositories' else '[]' end) as entry
    join repositories r on r.project_id = i.project_id and r.host = i.host and r.name_lost_at is null
      and lower(r.owner) = lower(split_part(entry, '/', 1)) and lower(r.name) = lower(split_part(entry, '/', 2))
    where r.external_id is not null and ${scope}
    order by i.id, 3
    on conflict (integration_type, kind, value, integration_id) do update set learned = false where webhook_hints.learned
    returning integration_id`.execute(trx);
  return [...new Set(rows.map(({ integration_id }) => integration_id))];
}

async function addHintsOfHooks(trx: Transaction, integrationId: number): Promise<void> {
  await sql`
    insert into webhook_hints (integration_type, kind, value, integration_id, learned)
    select distinct i.integration_type, hint.kind, lower(hint.value), i.id, false
    from integrations i join remote_hooks h on h.integration_id = i.id
    cross join lateral (values ('hook', h.external_id), ('repository', h.repository)) as hint(kind, value)
    where i.id = ${integrationId}
    on conflict (integration_type, kind, value, integration_id) do update set learned = false`.execute(trx);
}
