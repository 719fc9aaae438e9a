import { sql } from 'kysely';
import type { Database } from '../../database/database.ts';

/** Most learned hints that the integrations of a project keep together. Hints from pings are kept first, then the newest ones. */
export const LEARNED_HINTS_LIMIT = 256;

export interface LearnedHint {
  integrationId: number;
  type: string;
  kind: string;
  value: string;
  /** True if a verified ping contained the webhook hint. */
  pinged: boolean;
}

/**
 * Stores hints of verified requests, and deletes the oldest of each project beyond the limit. Hints of deleted integrations are left out.
 */
export async function saveLearnedHints(db: Database, hints: readonly LearnedHint[]): Promise<void> {
  const integrationIds = hints.map((hint) => hint.integrationId);
  await sql`
    with present as (
      -- Lock the integrations, so that none is deleted before its hints are stored. They are locked in the order of their ids, so that
      -- two processes do not wait for each other.
      select id from integrations where id = any(${integrationIds}::bigint[]) order by id for key share)
    insert into webhook_hints as known (integration_type, kind, value, integration_id, learned, pinged)
    select h.type, h.kind, h.value, h.integration_id, true, bool_or(h.pinged)
    from unnest(${hints.map((hint) => hint.type)}::text[], ${hints.map((hint) => hint.kind)}::text[],
                ${hints.map((hint) => hint.value)}::text[], ${integrationIds}::bigint[],
                ${hints.map((hint) => hint.pinged)}::boolean[]) as h(type, kind, value, integration_id, pinged)
    where h.integration_id in (select id from present)
    group by 1, 2, 3, 4
    on conflict (integration_type, kind, value, integration_id) do update set pinged = true
      where excluded.pinged and not known.pinged`.execute(db);
  await sql`
    delete from webhook_hints h using (
      select l.ctid, row_number() over (partition by i.project_id order by l.pinged desc, l.created_at desc) as place
      from webhook_hints l join integrations i on i.id = l.integration_id
      where l.learned and i.project_id in (select project_id from integrations where id = any(${[...new Set(integrationIds)]}::bigint[]))
    ) old
    where h.ctid = old.ctid and old.place > ${LEARNED_HINTS_LIMIT}`.execute(db);
}

/** Stores when these secrets last verified a request, at most once a minute each. */
export async function markSecretsVerified(db: Database, secretIds: readonly number[], at: Date): Promise<void> {
  await sql`
    update webhook_secrets set last_verified_at = ${at}
    where id = any(${secretIds}::bigint[]) and (last_verified_at is null or last_verified_at < ${at}::timestamptz - interval '1 minute')
  `.execute(db);
}
