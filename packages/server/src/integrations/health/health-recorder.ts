import type { ErrorClass, RateLimit } from '@commandcenter/integration-kit';
import type { Logger } from 'pino';
import { systemActor } from '../../accounts/actor.ts';
import { recordAudit } from '../../accounts/audit-log-queries.ts';
import type { Database } from '../../database/database.ts';
import {
  addObservations,
  announceIntegration,
  type IntegrationRow,
  lockIntegration,
  type Observation,
  writeHealth,
} from '../integration-queries.ts';
import { resume, suspend } from '../integration-work-queries.ts';
import {
  afterFailure,
  afterSuccess,
  type HealthOrigin,
  type IntegrationHealth,
  isBlocked,
  isSpotless,
} from './integration-health.ts';

/** Limit of an error text that is stored and shown, in characters. */
const LONGEST_ERROR = 1000;

export interface Failure {
  class: ErrorClass;
  message: string;
  origin: HealthOrigin;
  /** True for an auth failure after which access may return by itself, so that the connection is tested again from time to time. */
  recheck?: boolean;
}

/**
 * Records successes and failures of integrations. A change of their health is written at once together with its consequences; plain
 * successes are counted in memory and written together.
 */
export interface HealthRecorder {
  /** Records a success and returns the health after it. `known` is the health that the caller has read. */
  success(id: number, known: IntegrationHealth, origin: HealthOrigin): Promise<IntegrationHealth>;
  /**
   * Records a failure and returns the health after it, or null if the integration was deleted. `credentialsVersion` is the version of the
   * credential in use: an auth failure with a credential that was replaced meanwhile changes nothing.
   */
  failure(id: number, failure: Failure, credentialsVersion: number): Promise<IntegrationHealth | null>;
  rateLimit(id: number, limit: RateLimit): void;
  /** Stores when the provider says that the credential of this version expires; null if it does not expire. */
  credentialExpiry(id: number, credentialsVersion: number, expiresAt: Date | null): void;
  flush(): Promise<void>;
}

export function createHealthRecorder(db: Database, clock: { now(): Date }, log: Logger): HealthRecorder {
  let pending = new Map<number, Observation>();

  const pendingOf = (id: number): Observation => {
    const known = pending.get(id);
    if (known !== undefined) return known;
    const fresh = { id, successes: 0, rate_limit: null, credentials_version: null, credential_expires_at: null };
    pending.set(id, fresh);
    return fresh;
  };

  const flush = async (): Promise<void> => {
    if (pending.size === 0) return;
    const seen = pending;
    pending = new Map();
    try {
      await addObservations(db, [...seen.values()], clock.now());
    } catch (error) {
      for (const { id, successes, rate_limit, credentials_version, credential_expires_at } of seen.values()) {
        const merged = pendingOf(id);
        merged.successes += successes;
        merged.rate_limit ??= rate_limit;
        if (merged.credentials_version === null) Object.assign(merged, { credentials_version, credential_expires_at });
      }
      throw error;
    }
  };

  /** Changes the health of an integration, and suspends or resumes the work that depends on it in the same transaction. */
  const change = async (
    id: number,
    apply: (health: IntegrationRow) => IntegrationHealth,
    why: string,
  ): Promise<IntegrationHealth | null> =>
    db.transaction().execute(async (trx) => {
      const row = await lockIntegration(trx, id);
      if (row === undefined) return null;
      const after = apply(row);
      await writeHealth(trx, id, after);
      if (isBlocked(after) && !isBlocked(row)) await suspend(trx, id);
      if (!isBlocked(after) && isBlocked(row)) await resume(trx, id);
      if (after.enabled !== row.enabled) {
        const action = after.enabled ? 'integration.enable' : 'integration.disable';
        const details = { why, error_count: after.error_count, last_error_class: after.last_error_class };
        await recordAudit(trx, {
          projectId: row.project_id,
          actor: systemActor,
          action,
          object: `integration:${id}`,
          details,
        });
        await announceIntegration(trx, id);
        log.warn(
          { integration: id, ...details },
          after.enabled ? 'integration works again and was enabled' : 'integration was disabled after errors',
        );
      }
      return after;
    });

  return {
    async success(id, known, origin) {
      // Observations that cannot change the state are only counted in memory, because thousands of webhooks a second may report success.
      if (isSpotless(known) || (origin === 'webhook' && isBlocked(known))) {
        pendingOf(id).successes += 1;
        return known;
      }
      return (await change(id, (health) => afterSuccess(health, origin, clock.now()), 'it worked again')) ?? known;
    },
    async failure(id, { class: errorClass, message, origin, recheck = false }, credentialsVersion) {
      // Write the counted successes first, because they came before this failure.
      await flush();
      const failure = { class: errorClass, message: message.slice(0, LONGEST_ERROR), origin, recheck };
      log.info({ integration: id, ...failure }, 'integration operation failed');
      const isOutdated = (row: IntegrationRow): boolean =>
        errorClass === 'auth' && row.credentials_version !== credentialsVersion;
      return change(id, (row) => (isOutdated(row) ? row : afterFailure(row, failure, clock.now())), failure.message);
    },
    rateLimit(id, { limit, remaining, resetAt, resource }) {
      pendingOf(id).rate_limit = { limit, remaining, reset_at: resetAt, resource };
    },
    credentialExpiry(id, credentials_version, credential_expires_at) {
      Object.assign(pendingOf(id), { credentials_version, credential_expires_at });
    },
    flush,
  };
}
