import type { Change } from '@commandcenter/integration-kit';
import { systemActor } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit-log-queries.ts';
import type { Transaction } from '../database/database.ts';
import { afterFailure, isBlocked } from './health/integration-health.ts';
import {
  announceIntegration,
  type IntegrationRow,
  lockIntegration,
  ownersOfFollowedRepositories,
  probeNow,
  updateIntegration,
  writeHealth,
} from './integration-queries.ts';
import { suspend } from './integration-work-queries.ts';

type AccessChange = Extract<Change, { kind: 'access_changed' }>;

/**
 * Records that the provider revoked or granted our access as a whole. A revocation is a failure of class auth: background work waits, and
 * nothing is marked deleted. A grant is tested at once, and a successful test resumes the work. Returns a text for people about what was
 * done.
 */
export async function applyAccessToIntegration(
  trx: Transaction,
  integrationId: number,
  change: AccessChange,
): Promise<string> {
  const row = await lockIntegration(trx, integrationId);
  if (row === undefined) return 'The integration was deleted.';
  const now = new Date();
  if (!change.granted) {
    const failure = { class: 'auth', message: change.reason, origin: 'operation', recheck: true } as const;
    const health = afterFailure(row, failure, now);
    await writeHealth(trx, integrationId, health);
    if (isBlocked(health) && !isBlocked(row)) await suspend(trx, integrationId);
    return `${change.reason} Work waits until access returns.`;
  }
  const settings = newSettings(row, change);
  if (settings !== null) {
    if (!(await mayTakeOver(trx, row, change))) return `${change.reason} It is for another account.`;
    await updateIntegration(trx, integrationId, { config: JSON.stringify({ ...row.config, ...settings }) });
    await recordAudit(trx, {
      projectId: row.project_id,
      actor: systemActor,
      action: 'integration.update',
      object: `integration:${integrationId}`,
      details: { why: change.reason, fields: Object.keys(settings) },
    });
    await announceIntegration(trx, integrationId);
  }
  await probeNow(trx, integrationId);
  return `${change.reason} The connection is tested now.`;
}

/** Returns the settings of the new grant that differ from the integration's, or null if none differ. */
function newSettings(row: IntegrationRow, { config = {} }: AccessChange): Record<string, unknown> | null {
  const changed = Object.entries(config).filter(([key, value]) => row.config[key] !== value);
  return changed.length === 0 ? null : Object.fromEntries(changed);
}

/**
 * Returns true if a new installation may replace the integration's: access to the old one is lost, and the new one belongs to an account
 * whose repositories the integration follows.
 */
async function mayTakeOver(trx: Transaction, row: IntegrationRow, { account }: AccessChange): Promise<boolean> {
  if (!row.auth_blocked || account === undefined) return false;
  const owners = await ownersOfFollowedRepositories(trx, row);
  return owners.includes(account.toLowerCase());
}
