import { sql } from 'kysely';
import type { Database } from '../../database/database.ts';

/** Number of rejected requests that are kept, without their bodies. The oldest are deleted first. */
export const REJECTED_ATTEMPTS_LIMIT = 1000;

export interface RejectedAttempt {
  /** The integration that the request names; null unless it names exactly one. An id that no integration has is not stored. */
  integrationId: number | null;
  integrationType: string;
  event: string;
  guid: string;
  bodySize: number;
  reason: string;
}

export async function saveRejectedAttempts(db: Database, attempts: readonly RejectedAttempt[]): Promise<void> {
  await sql`
    insert into deliveries (integration_id, project_id, integration_type, event, delivery_guid, status, body_size, reason)
    select i.id, i.project_id, a.type, a.event, a.guid, 'rejected', a.body_size, a.reason
    from unnest(${attempts.map((attempt) => attempt.integrationId)}::bigint[],
                ${attempts.map((attempt) => attempt.integrationType)}::text[],
                ${attempts.map((attempt) => attempt.event)}::text[],
                ${attempts.map((attempt) => attempt.guid)}::text[],
                ${attempts.map((attempt) => attempt.bodySize)}::int[],
                ${attempts.map((attempt) => attempt.reason)}::text[]) as a(integration_id, type, event, guid, body_size, reason)
    left join integrations i on i.id = a.integration_id`.execute(db);
  await sql`
    delete from deliveries where status = 'rejected' and id <= (
      select id from deliveries where status = 'rejected' order by id desc offset ${REJECTED_ATTEMPTS_LIMIT} limit 1)`.execute(
    db,
  );
}
