import { sql } from 'kysely';
import type { Database } from '../../database/database.ts';

/** A webhook secret with the properties of its integration that verifying webhooks needs. */
export interface WebhookSecretRow {
  secret_id: number;
  integration_id: number;
  project_id: number;
  integration_type: string;
  config: Record<string, unknown>;
  jwe: string;
  /** Keyed fingerprint of the secret in hexadecimal, equal for equal secrets. */
  fingerprint: string;
  valid_until: Date | null;
  created_at: Date;
  last_verified_at: Date | null;
}

export interface WebhookHintRow {
  integration_type: string;
  kind: string;
  value: string;
  integration_id: number;
  learned: boolean;
  /** True if a verified ping contained the hint. */
  pinged: boolean;
}

/** Reads the secrets of these integrations, or of all. */
export async function readWebhookSecrets(
  db: Database,
  integrationIds: readonly number[] | 'all',
): Promise<WebhookSecretRow[]> {
  const { rows } = await sql<WebhookSecretRow>`
    select s.id as secret_id, i.id as integration_id, i.project_id, i.integration_type, i.config, s.jwe,
           encode(s.fingerprint, 'hex') as fingerprint, s.valid_until, s.created_at, s.last_verified_at
    from webhook_secrets s join integrations i on i.id = s.integration_id
    ${integrationIds === 'all' ? sql`` : sql`where i.id = any(${integrationIds}::bigint[])`}
    order by s.id`.execute(db);
  return rows;
}

export async function readWebhookHints(
  db: Database,
  integrationIds: readonly number[] | 'all',
): Promise<WebhookHintRow[]> {
  let query = db
    .selectFrom('webhook_hints')
    .select(['integration_type', 'kind', 'value', 'integration_id', 'learned', 'pinged'])
    .orderBy('created_at');
  if (integrationIds !== 'all') query = query.where('integration_id', 'in', [...integrationIds, 0]);
  return await query.execute();
}

export interface DirectoryState {
  /** Number of secrets that are valid now. */
  secrets: number;
  /** Time at which an integration was last changed; null if there are no integrations. */
  changed_at: Date | null;
}

/**
 * Reads the number of valid secrets and the time of the last change, by which a change of secrets and hints is noticed. Takes a few
 * milliseconds with 10,000 integrations.
 */
export async function readDirectoryState(db: Database): Promise<DirectoryState> {
  const { rows } = await sql<DirectoryState>`
    select (select count(*) from webhook_secrets where valid_until is null or valid_until > now()) as secrets,
           (select max(updated_at) from integrations) as changed_at`.execute(db);
  return rows[0] ?? { secrets: 0, changed_at: null };
}

export async function integrationsChangedSince(db: Database, since: Date, limit: number): Promise<number[]> {
  const rows = await db.selectFrom('integrations').select('id').where('updated_at', '>=', since).limit(limit).execute();
  return rows.map((row) => row.id);
}

/** Returns the integrations that have secrets with an id greater than `secretId`. It is fast, because it reads only the end of an index. */
export async function integrationsWithSecretsAfter(db: Database, secretId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('webhook_secrets')
    .select('integration_id')
    .where('id', '>', secretId)
    .orderBy('id')
    .limit(1000)
    .execute();
  return [...new Set(rows.map((row) => row.integration_id))];
}
