import { sql } from 'kysely';
import type { Database } from '../database/database.ts';

export async function readRecord(db: Database, integrationId: number, key: string): Promise<unknown> {
  const row = await db
    .selectFrom('integration_records')
    .select('value')
    .where('integration_id', '=', integrationId)
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.value;
}

/** Stores a key-value record. Returns false if the key is new and the integration already has `mostKeys` keys. */
export async function writeRecord(
  db: Database,
  integrationId: number,
  key: string,
  json: string,
  mostKeys: number,
): Promise<boolean> {
  const { rows } = await sql`
    insert into integration_records (integration_id, key, value)
    select ${integrationId}, ${key}, ${json}::jsonb
    where exists (select from integration_records where integration_id = ${integrationId} and key = ${key})
      or (select count(*) from integration_records where integration_id = ${integrationId}) < ${mostKeys}
    on conflict (integration_id, key) do update set value = excluded.value, updated_at = now()
    returning key`.execute(db);
  return rows.length > 0;
}

export async function deleteRecord(db: Database, integrationId: number, key: string): Promise<void> {
  await db
    .deleteFrom('integration_records')
    .where('integration_id', '=', integrationId)
    .where('key', '=', key)
    .execute();
}
