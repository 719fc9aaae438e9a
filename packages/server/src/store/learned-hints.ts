import { sql } from 'kysely';
import type { Database } from './database.ts';

/** Learned hints that an integration keeps, the newest ones. */
export const LEARNED_HINTS_LIMIT = 256;

export interface LearnedHint {
  integrationId: number;
  type: string;
  kind: string;
  value: string;
}

/** Adds hints seen on verified deliveries and drops each integration's oldest beyond the limit. Deleted integrations are passed over. */
export async function saveLearnedHints(db: Database, hints: readonly LearnedHint[]): Promise<void> {
  const integrationIds = hints.map((hint) => hint.integrationId);
  await sql`
    insert into webhook_hints (integration_type, kind, value, integration_id, learned)
    select h.type, h.kind, h.value, h.integration_id, true
    from unnest(${hints.map((hint) => hint.type)}::text[], ${hints.map((hint) => hint.kind)}::text[],
                ${hints.map((hint) => hint.value)}::text[], ${integrationIds}::bigint[]) as h(type, kind, value, integration_id)
    where exists (select from integrations i where i.id = h.integration_id)
    on conflict do nothing`.execute(db);
  await sql`
    delete from webhook_hints h using (
      select ctid, row_number() over (partition by integration_id order by created_at desc) as place
      from webhook_hints where learned and integration_id = any(${[...new Set(integrationIds)]}::bigint[])
    ) old
    where h.ctid = old.ctid and old.place > ${LEARNED_HINTS_LIMIT}`.execute(db);
}

/** Notes which secrets verified something, at most once a minute each. */
export async function markSecretsVerified(db: Database, secretIds: readonly number[], at: Date): Promise<void> {
  await sql`
    update webhook_secrets set last_verified_at = ${at}
    where id = any(${secretIds}::bigint[]) and (last_verified_at is null or last_verified_at < ${at}::timestamptz - interval '1 minute')
  `.execute(db);
}
