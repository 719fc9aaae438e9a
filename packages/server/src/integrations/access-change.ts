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
 * The provider revoked or granted our access as a whole. A revocation is a failure of class auth: background work waits, and nothing
 * is marked deleted. A grant is tested at once, and the test resumes the work. Returns what was done, for people.
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

/** The settings of the new grant that differ from ours. */
function newSettings(row: IntegrationRow, { config = {} }: AccessChange): Record<string, unknown> | null {
  const changed = Object.entries(config).filter(([key, value]) => row.config[key] !== value);
  return changed.length === 0 ? null : Object.fromEntries(changed);
}

/** A new installation replaces ours only when ours is gone and the new one belongs to an account whose repositories we follow. */
async function mayTakeOver(trx: Transaction, row: IntegrationRow, { account }: AccessChange): Promise<boolean> {
  if (!row.auth_blocked || account === undefined) return false;
  const owners = await ownersOfFollowedRepositories(trx, row);
  return owners.includes(account.toLowerCase());
}
