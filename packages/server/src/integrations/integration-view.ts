import type { Database, Transaction } from '../database/database.ts';
import { type AuthorFailure, withoutHook } from './author-failures.ts';
import { expiryRemedy, hasExpired } from './credentials/credential-expiry.ts';
import { isHealthy, remedies } from './health/integration-health.ts';
import type { IntegrationRow } from './integration-queries.ts';
import { listed } from './repositories/named-repositories.ts';
import { listOverlaps, type OverlapRow } from './repositories/repository-overlap-queries.ts';
import { listSecretStates, type SecretState } from './webhook-secret-queries.ts';

const timeOf = (date: Date | null): string | null => date?.toISOString() ?? null;

/** Returns the percentage of successes among all counted operations, or null before the first one. */
function successRate({ success_count, total_error_count }: IntegrationRow): number | null {
  const all = success_count + total_error_count;
  return all === 0 ? null : Math.round((success_count / all) * 10_000) / 100;
}

/** Converts an integration for the API. Instead of secrets it contains only flags that say which of them are set. */
export function presentIntegration(
  row: IntegrationRow,
  secrets: SecretState | undefined,
  overlaps: readonly OverlapRow[] = [],
) {
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
    credential_expires_at: timeOf(row.credential_expires_at),
    overlaps: overlaps.map(({ integration_id, name, repositories, followed_by }) => ({
      integration_id,
      name,
      repositories,
      followed_by,
    })),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export type IntegrationView = ReturnType<typeof presentIntegration>;

export async function presentIntegrations(
  db: Database | Transaction,
  rows: readonly IntegrationRow[],
): Promise<IntegrationView[]> {
  const ids = rows.map(({ id }) => id);
  const secrets = await listSecretStates(db, ids);
  const overlaps = await listOverlaps(db, ids);
  return rows.map((row) => presentIntegration(row, secrets.get(row.id), overlaps.get(row.id)));
}

/**
 * Returns the health of an integration for the API, with a remedy if something is wrong or the credential expires soon, and with a notice
 * if the integration shares repositories with another one.
 */
export function integrationHealth(
  row: IntegrationRow,
  now: Date,
  overlaps: readonly OverlapRow[] = [],
  failures: readonly AuthorFailure[] = [],
) {
  const healthy = isHealthy(row);
  const remedy = remedyFor(row, healthy, now);
  const notices = [...failures.map(failureNotice), noticeOf(row.id, overlaps)].filter((one) => one !== null);
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
    credential_expires_at: timeOf(row.credential_expires_at),
    ...(remedy === null ? {} : { remedy }),
    ...(notices.length === 0 ? {} : { notice: notices.join(' ') }),
  };
}

const SWITCH_ON = 'PATCH {"enabled": true, "status": "active"} switches it on.';

function remedyFor(row: IntegrationRow, healthy: boolean, now: Date): string | null {
  const expiry = expiryRemedy(row.credential_expires_at, now);
  if (healthy) return expiry;
  if (row.disabled_by === 'user') return joined(`It was switched off. ${SWITCH_ON}`, expiry);
  const switchedOff = row.enabled ? null : `It was switched off after errors; a passing POST /test or ${SWITCH_ON}`;
  // An expired credential explains its refusal. Any other refusal needs the request for a new credential.
  if (row.last_error_class === 'auth')
    return joined(hasExpired(row.credential_expires_at, now) ? expiry : remedies.auth, switchedOff);
  const mend = row.last_error_class === null ? 'POST /test says what is wrong.' : remedies[row.last_error_class];
  return joined(mend, expiry, switchedOff);
}

const joined = (...sentences: (string | null)[]): string => sentences.filter((sentence) => sentence !== null).join(' ');

const failureNotice = ({ hook, errorName, at }: AuthorFailure): string =>
  `${hook}() of this type of integration failed (${errorName}, ${at.toISOString()}). ${withoutHook[hook]}. The server's log has the error.`;

function noticeOf(id: number, [overlap, ...others]: readonly OverlapRow[]): string | null {
  if (overlap === undefined) return null;
  const { integration_id, name, repositories, followed_by } = overlap;
  const other = `integration ${integration_id} ("${name}")`;
  const [follower, narrowed] = followed_by === id ? ['this integration', other] : [other, 'this integration'];
  const rest = others.length === 0 ? '' : ` (overlaps lists ${others.length} more)`;
  return `This integration and ${other} of this project see the same repositories${rest}: only ${follower} follows ${listed(repositories)}, and config.repositories of ${narrowed} can leave them out.`;
}
