import {
  type Change,
  type IntegrationContext,
  IntegrationError,
  type IntegrationManifest,
  type IntegrationRecord,
} from '@commandcenter/integration-kit';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { isStorableTime } from '../database/storable-time.ts';
import type { CredentialGate } from './credentials/credential-gate.ts';
import type { CredentialVault } from './credentials/credential-vault.ts';
import type { SecretValues } from './credentials/secret-values.ts';
import type { HealthRecorder } from './health/health-recorder.ts';
import { type HealthOrigin, type IntegrationHealth, isHealthy } from './health/integration-health.ts';
import { findIntegration, type IntegrationRow } from './integration-queries.ts';
import { deleteRecord, readRecord, writeRecord } from './integration-record-queries.ts';
import type { OutgoingFetch } from './outgoing/outgoing-fetch.ts';

const MOST_RECORDS = 10_000;
const LONGEST_KEY = 512;
const LARGEST_RECORD = 64 * 1024;

export interface ContextParts {
  db: Database;
  row: IntegrationRow;
  manifest: IntegrationManifest;
  vault: CredentialVault;
  gate: CredentialGate;
  /** The known secrets of the operation. Every secret that the integration gets is added to them, and removed from what it records. */
  secrets: SecretValues;
  health: HealthRecorder;
  fetch: OutgoingFetch;
  clock: { now(): Date };
  log: Logger;
  userAgent: string;
  /** The origin of the observation to record when the integration itself calls recordSuccess or recordError. */
  origin: 'author' | 'webhook';
  emit(change: Change): void;
  /** Called when the integration itself recorded the success or failure of its operation. */
  onRecorded(): void;
}

export const toRecord = (row: IntegrationRow): IntegrationRecord => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  integrationType: row.integration_type,
  authType: row.auth_type,
  enabled: row.enabled,
  status: row.status,
  config: { ...row.config },
  errorCount: row.error_count,
  successCount: row.success_count,
  lastError: row.last_error,
  account: row.account,
  credentialExpiresAt: row.credential_expires_at?.toISOString() ?? null,
});

/** Returns the names of the credential fields that people give for this integration's way of signing in. */
export const shownFields = (row: IntegrationRow, manifest: IntegrationManifest): readonly string[] =>
  manifest.authTypes[row.auth_type]?.credentials ?? [];

/** Creates the context of one operation of one integration. */
export function createIntegrationContext(parts: ContextParts): IntegrationContext {
  const { db, row, manifest, vault, gate, secrets, health, clock, log, userAgent } = parts;
  const { id } = row;
  const fields = shownFields(row, manifest);
  let known: IntegrationHealth = row;
  let credentialsOf = row;
  let isFresh = true;

  /** Returns the integration's row. The first call needs no query, because the row was read just before the context was created. */
  const loadRow = async (): Promise<IntegrationRow> => {
    if (!isFresh) return readRow();
    isFresh = false;
    return row;
  };

  const readRow = async (): Promise<IntegrationRow> => {
    const found = await findIntegration(db, id);
    if (found === undefined)
      throw new IntegrationError(`Integration ${id} was deleted.`, { class: 'not_found', code: 'integration.deleted' });
    credentialsOf = found;
    known = found;
    return found;
  };
  const origin: HealthOrigin = parts.origin;

  return {
    record: toRecord(row),
    readRecord: async () => toRecord(await loadRow()),
    fetch: parts.fetch,
    credentials: {
      // Returns a copy of the credentials, so that changes which the integration makes to them do not reach the cache.
      async get() {
        const credentials = await vault.read(credentialsOf);
        secrets.addCredentials(credentials);
        return { ...credentials };
      },
      async set(credentials) {
        secrets.addCredentials(credentials);
        await vault.write(id, credentials, fields);
        await readRow();
      },
      async refresh(renew) {
        const renewed = await vault.refresh(id, fields, async (current) => {
          secrets.addCredentials(current);
          const after = await renew(current);
          secrets.addCredentials(after);
          return after;
        });
        secrets.addCredentials(renewed);
        await readRow();
        return renewed;
      },
    },
    async webhookSecrets() {
      const valid = await vault.webhookSecrets(credentialsOf, clock.now());
      secrets.add(...valid);
      return valid;
    },
    health: {
      async recordSuccess() {
        parts.onRecorded();
        known = await health.success(id, known, origin);
      },
      async recordError(error) {
        parts.onRecorded();
        const { class: errorClass, message, recheck } = secrets.redactError(error);
        const failure = { class: errorClass, message, origin, recheck };
        known = (await health.failure(id, failure, credentialsOf.credentials_version)) ?? known;
      },
      async updateRateLimit(limit) {
        health.rateLimit(id, { ...limit, resource: secrets.redact(limit.resource) });
        const waitMs = Date.parse(limit.resetAt) - clock.now().getTime();
        if (limit.remaining === 0 && waitMs > 0)
          await gate.block(waitMs, secrets.redact(`the ${limit.resource} limit is used up`));
      },
      updateCredentialExpiry(expiresAt) {
        if (expiresAt === null || isStorableTime(expiresAt))
          health.credentialExpiry(id, credentialsOf.credentials_version, expiresAt);
        else log.warn({ integration: id }, 'the expiry of the credential is not a time and is ignored');
      },
      block: (until, reason) =>
        gate.block(Math.max(0, until.getTime() - clock.now().getTime()), secrets.redact(reason)),
      async read() {
        const { status, enabled, error_count, last_error, ...rest } = await readRow();
        return {
          status,
          enabled,
          errorCount: error_count,
          lastError: last_error,
          isHealthy: isHealthy({ ...rest, status, enabled, error_count }),
        };
      },
    },
    store: {
      get: (key) => readRecord(db, id, key),
      async set(key, value) {
        const json = JSON.stringify(value);
        if (json === undefined) throw badRecord(`The value of "${key}" is not JSON.`);
        if (key === '' || key.length > LONGEST_KEY) throw badRecord(`A key has 1 to ${LONGEST_KEY} characters.`);
        if (Buffer.byteLength(json) > LARGEST_RECORD) throw badRecord(`The value of "${key}" is larger than 64 KiB.`);
        if (!(await writeRecord(db, id, key, json, MOST_RECORDS)))
          throw badRecord(`There are ${MOST_RECORDS} records already; delete some.`);
      },
      delete: (key) => deleteRecord(db, id, key),
    },
    log: {
      debug: (data, message) => log.debug({ integration: id, ...secrets.redactRecord(data) }, secrets.redact(message)),
      info: (data, message) => log.info({ integration: id, ...secrets.redactRecord(data) }, secrets.redact(message)),
      warn: (data, message) => log.warn({ integration: id, ...secrets.redactRecord(data) }, secrets.redact(message)),
      error: (data, message) => log.error({ integration: id, ...secrets.redactRecord(data) }, secrets.redact(message)),
    },
    clock,
    userAgent,
    emit: parts.emit,
  };
}

const badRecord = (message: string): IntegrationError =>
  new IntegrationError(message, { class: 'bug', code: 'integration.record' });
