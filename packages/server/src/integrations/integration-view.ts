import { isHealthy, remedies } from '../domain/integration-health.ts';
import type { Database, Transaction } from '../store/database.ts';
import type { IntegrationRow } from '../store/integrations.ts';
import { listSecretStates, type SecretState } from '../store/webhook-secrets.ts';

const timeOf = (date: Date | null): string | null => date?.toISOString() ?? null;

/** Percent of all counted operations, null before the first. */
function successRate({ success_count, total_error_count }: IntegrationRow): number | null {
  const all = success_count + total_error_count;
  return all === 0 ? null : Math.round((success_count / all) * 10_000) / 100;
}

/** An integration as the API shows it: no secret, only that they are there. */
export function presentIntegration(row: IntegrationRow, secrets: SecretState | undefined) {
  return {
    id: row.id,
    project_id: row.project_id,
    name: row.name,
    integration_type: row.integration_type,
    auth_type: row.auth_type,
    config: row.config,
    has_access_token: row.credentials_fields.includes('access_token'),
    has_refresh_token: row.credentials_fields.includes('refresh_token'),
    has_client_secret: row.credentials_fields.includes('client_secret'),
    has_private_key: row.credentials_fields.includes('private_key'),
    has_webhook_secret: secrets?.current ?? false,
    previous_webhook_secret_expires_at: timeOf(secrets?.previous_until ?? null),
    account: row.account,
    enabled: row.enabled,
    disabled_by: row.disabled_by,
    status: row.status,
    error_count: row.error_count,
    total_error_count: row.total_error_count,
    success_count: row.success_count,
    success_rate: successRate(row),
    last_error: row.last_error,
    last_error_class: row.last_error_class,
    last_error_at: timeOf(row.last_error_at),
    last_success_at: timeOf(row.last_success_at),
    rate_limit: row.rate_limit,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export type IntegrationView = ReturnType<typeof presentIntegration>;

export async function presentIntegrations(
  db: Database | Transaction,
  rows: readonly IntegrationRow[],
): Promise<IntegrationView[]> {
  const secrets = await listSecretStates(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => presentIntegration(row, secrets.get(row.id)));
}

/** Is it well, and if not, what mends it? */
export function integrationHealth(row: IntegrationRow) {
  const healthy = isHealthy(row);
  const remedy = remedyFor(row, healthy);
  return {
    status: row.status,
    enabled: row.enabled,
    is_healthy: healthy,
    error_count: row.error_count,
    success_count: row.success_count,
    success_rate: successRate(row),
    last_error: row.last_error,
    last_error_class: row.last_error_class,
    last_success_at: timeOf(row.last_success_at),
    circuit: row.circuit,
    next_attempt_at: timeOf(row.next_attempt_at),
    rate_limit: row.rate_limit,
    ...(remedy === null ? {} : { remedy }),
  };
}

export type IntegrationHealthView = ReturnType<typeof integrationHealth>;

function remedyFor(row: IntegrationRow, healthy: boolean): string | null {
  if (healthy) return null;
  if (row.disabled_by === 'user')
    return 'It was switched off. PATCH {"enabled": true, "status": "active"} switches it on.';
  const mend = row.last_error_class === null ? 'POST /test says what is wrong.' : remedies[row.last_error_class];
  return row.enabled
    ? mend
    : `${mend} It was switched off after errors; a passing POST /test or PATCH {"enabled": true, "status": "active"} switches it on.`;
}
