import type { Credentials, IntegrationDefinition, WebhookHint } from '@commandcenter/integration-kit';
import type { Logger } from 'pino';
import type { Actor } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit-log-queries.ts';
import { lockProject } from '../accounts/projects/project-queries.ts';
import type { Database, Transaction } from '../database/database.ts';
import { requireWithinQuota } from '../database/quotas.ts';
import { type FieldError, invalid, notFound, notFoundAt } from '../errors.ts';
import { fingerprintOf } from '../keys/fingerprint.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { readConfig } from './config-input.ts';
import {
  type GivenCredentials,
  givesCredential,
  readAuthType,
  readCredentials,
} from './credentials/credential-input.ts';
import { presentFields } from './credentials/credential-vault.ts';
import { afterCredentialChange, afterSwitch, type IntegrationHealth, isBlocked } from './health/integration-health.ts';
import type { IntegrationHost } from './host.ts';
import { addressesOf, hostOf } from './host-name.ts';
import type { CreateIntegrationInput, UpdateIntegrationInput } from './integration-bodies.ts';
import {
  announceIntegration,
  findIntegration,
  type IntegrationRow,
  insertIntegration,
  lockIntegration,
  updateIntegration,
  writeHealth,
} from './integration-queries.ts';
import { resume, suspend } from './integration-work-queries.ts';
import { refuseDuplicate } from './refuse-duplicate.ts';
import { addedRepositories, namedRepositories } from './repositories/named-repositories.ts';
import { replaceConfiguredHints } from './webhook-hint-queries.ts';
import { configHints } from './webhook-hints.ts';
import { deleteWebhookSecrets, rotateWebhookSecret, setPreviousSecretEnd } from './webhook-secret-queries.ts';

/** Time in milliseconds for which a replaced webhook secret still verifies, unless the request gives another end. */
const SECRET_GRACE_MS = 24 * 60 * 60 * 1000;

export interface ManageDependencies {
  db: Database;
  keys: KeyRing;
  /** Key of this installation for fingerprints of secrets. */
  fingerprintKey: Buffer;
  host: IntegrationHost;
  clock: { now(): Date };
  log: Logger;
  /** Detaches the links of an integration that is being deleted. Its tasks stay. */
  detachLinks(trx: Transaction, integrationId: number): Promise<void>;
}

/**
 * Creates an integration. Throws 422 with a pointer to every wrong field, and 409 if another integration of the project brings in the
 * same items. The caller has checked that the project exists and that the actor may do this.
 */
export async function createIntegration(
  dependencies: ManageDependencies,
  input: CreateIntegrationInput,
  actor: Actor,
): Promise<IntegrationRow> {
  const definition = definitionOf(dependencies, input.integration_type);
  const { config, webhookSecret, credentials } = readInput(dependencies, definition, input.auth_type, input, {
    config: {},
    credentials: {},
  });
  const enabled = input.enabled ?? true;
  const sealed = await seal(dependencies, definition, input.auth_type, config, credentials);
  const { project_id, integration_type, auth_type } = input;
  const host = hostOf(definition.manifest, config);
  return dependencies.db.transaction().execute(async (trx) => {
    if (!(await lockProject(trx, project_id))) throw notFoundAt('/project_id', `project ${project_id}`);
    const intended = { project_id, integration_type, auth_type, config, host, credential_key: sealed.credential_key };
    const repositories = namedRepositories(config);
    const { authorFailures } = dependencies.host;
    const hints = configHints(definition.manifest, config, authorFailures);
    await refuseDuplicate(trx, definition.manifest, intended, { id: null, identity: true, repositories, hints });
    const row = await insertIntegration(trx, {
      project_id,
      name: input.name.trim(),
      integration_type,
      auth_type,
      config: JSON.stringify(config),
      host,
      ...sealed,
      ...(enabled ? {} : { enabled, disabled_by: 'user', status: 'inactive' }),
    });
    await requireWithinQuota(trx, project_id, 'integrations');
    if (typeof webhookSecret === 'string') await storeSecret(dependencies, trx, row, webhookSecret, null);
    await settle(trx, row, hints, actor, 'integration.create', Object.keys(input));
    return row;
  });
}

export async function changeIntegration(
  dependencies: ManageDependencies,
  id: number,
  input: UpdateIntegrationInput,
  actor: Actor,
): Promise<IntegrationRow> {
  const { db, host, clock } = dependencies;
  return db.transaction().execute(async (trx) => {
    // Lock the project first, as when an integration is created, so that changes that might duplicate each other are checked one after
    // another.
    const found = await findIntegration(trx, id);
    if (found !== undefined) await lockProject(trx, found.project_id);
    const row = await lockIntegration(trx, id);
    if (row === undefined) throw notFound(`integration ${id}`);
    const definition = definitionOf(dependencies, row.integration_type);
    const authType = input.auth_type ?? row.auth_type;
    const stored = authType === row.auth_type ? await host.vault.read(row) : {};
    const read = readInput(dependencies, definition, authType, input, {
      config: row.config,
      credentials: stored,
      hadCredentials: row.credentials !== null,
    });
    const now = clock.now();
    const identityChanged =
      givesCredential(input) || authType !== row.auth_type || read.hostsChanged || read.identityChanged;
    let health: IntegrationHealth = row;
    if (identityChanged) health = afterCredentialChange(health, now);
    const enabled = readSwitch(input);
    if (enabled !== undefined) health = afterSwitch(health, enabled, now);

    const sealed = identityChanged
      ? await seal(dependencies, definition, authType, read.config, renewedOnly(read.credentials, definition, authType))
      : undefined;
    const newHost = hostOf(definition.manifest, read.config);
    const { credential_key } = sealed ?? row;
    const intended = { ...row, auth_type: authType, config: read.config, host: newHost, credential_key };
    const repositories =
      newHost === row.host ? addedRepositories(row.config, read.config) : namedRepositories(read.config);
    const hints = configHints(definition.manifest, read.config, host.authorFailures);
    await refuseDuplicate(trx, definition.manifest, intended, { id, identity: identityChanged, repositories, hints });
    await updateIntegration(trx, id, {
      name: input.name?.trim() ?? row.name,
      auth_type: authType,
      config: JSON.stringify(read.config),
      host: newHost,
      ...(sealed === undefined
        ? {}
        : {
            ...sealed,
            credentials_version: row.credentials_version + 1,
            account: null,
            credential_expires_at: null,
          }),
    });
    const changed = await writeHealth(trx, id, health);
    if (isBlocked(health) && !isBlocked(row)) await suspend(trx, id);
    // Also resume after repositories were added: writes to them may have waited because the configuration left them out.
    if (!isBlocked(health) && (isBlocked(row) || repositories.length > 0)) await resume(trx, id);
    await changeSecrets(dependencies, trx, changed, read.webhookSecret, input.previous_webhook_secret_expires_at);
    await settle(trx, changed, hints, actor, 'integration.update', Object.keys(input));
    return changed;
  });
}

function definitionOf({ host }: ManageDependencies, type: string): IntegrationDefinition {
  const definition = host.registry.get(type);
  if (definition !== undefined) return definition;
  const known = host.registry.list().map(({ manifest }) => `"${manifest.type}"`);
  throw invalid([{ pointer: '/integration_type', message: `must be one of the installed types: ${known.join(', ')}` }]);
}

interface Stored {
  config: Record<string, unknown>;
  credentials: Credentials;
  hadCredentials?: boolean;
}

type GivenIdentity = GivenCredentials & {
  app_id?: string | number;
  installation_id?: string | number;
  config?: Record<string, unknown>;
};

/** Validates all fields before it throws 422, so that a person sees every error at once. */
function readInput(
  { host }: ManageDependencies,
  { manifest }: IntegrationDefinition,
  authType: string,
  given: GivenIdentity,
  stored: Stored,
) {
  const faults: FieldError[] = [];
  const beside = {
    ...(given.app_id === undefined ? {} : { app_id: given.app_id }),
    ...(given.installation_id === undefined ? {} : { installation_id: Number(given.installation_id) }),
  };
  const read = readConfig(manifest, host.egress, stored.config, { ...given.config, ...beside }, faults);
  const auth = readAuthType(manifest, authType, faults);
  let credentials = stored.credentials;
  if (auth !== null) {
    credentials = readCredentials({ name: authType, manifest: auth }, given, stored.credentials, faults);
    for (const key of auth.requiredConfig ?? []) {
      if (read.config[key] === undefined)
        faults.push({ pointer: `/${key}`, message: `is required with auth_type "${authType}"` });
    }
    const [moved] = stored.hadCredentials === true && !givesCredential(given) ? read.movedHosts : [];
    if (moved !== undefined) {
      const [needed = 'access_token'] = auth.required;
      faults.push({
        pointer: `/${needed}`,
        message: `must be given again, because config.${moved} changes where it is sent`,
      });
    }
  }
  if (faults.length > 0) throw invalid(faults);
  const identityChanged = (auth?.requiredConfig ?? []).some((key) => read.config[key] !== stored.config[key]);
  return {
    config: read.config,
    webhookSecret: read.webhookSecret,
    hostsChanged: read.movedHosts.length > 0,
    identityChanged,
    credentials,
  };
}

/**
 * Returns the credentials without an access token that was made from the others, such as an App's hourly token, because these others
 * changed.
 */
function renewedOnly(credentials: Credentials, { manifest }: IntegrationDefinition, authType: string): Credentials {
  const shown = manifest.authTypes[authType]?.credentials ?? [];
  const { accessToken, expiresAt: _ended, ...rest } = credentials;
  return shown.includes('access_token') && accessToken !== undefined ? { ...rest, accessToken } : rest;
}

async function seal(
  { keys, fingerprintKey }: ManageDependencies,
  { manifest }: IntegrationDefinition,
  authType: string,
  config: Record<string, unknown>,
  credentials: Credentials,
) {
  const shown = manifest.authTypes[authType]?.credentials ?? [];
  const present = presentFields(credentials, shown);
  if (present.length === 0) return { credentials: null, credentials_fields: [], credential_key: null };
  const identity = (manifest.authTypes[authType]?.requiredConfig ?? []).map((key) => String(config[key]));
  const secret = credentials.privateKey ?? credentials.accessToken ?? credentials.refreshToken ?? '';
  const key = fingerprintOf(
    fingerprintKey,
    'credential',
    manifest.type,
    ...addressesOf(manifest, config),
    ...identity,
    secret,
  );
  return {
    credentials: await keys.encrypt(credentials),
    credentials_fields: present,
    credential_key: key.toString('hex'),
  };
}

function readSwitch({ enabled, status }: UpdateIntegrationInput): boolean | undefined {
  const byStatus = status === undefined ? undefined : status === 'active';
  if (enabled !== undefined && byStatus !== undefined && enabled !== byStatus) {
    throw invalid([
      { pointer: '/status', message: `must be "${enabled ? 'active' : 'inactive'}" when enabled is ${enabled}` },
    ]);
  }
  return enabled ?? byStatus;
}

async function changeSecrets(
  dependencies: ManageDependencies,
  trx: Transaction,
  row: IntegrationRow,
  secret: string | null | undefined,
  previousEnd: string | null | undefined,
): Promise<void> {
  if (secret === null) await deleteWebhookSecrets(trx, row.id);
  if (typeof secret === 'string') await storeSecret(dependencies, trx, row, secret, previousEnd);
  else if (previousEnd !== undefined)
    await setPreviousSecretEnd(trx, row.id, previousEnd === null ? null : new Date(previousEnd));
}

async function storeSecret(
  { keys, fingerprintKey, clock }: ManageDependencies,
  trx: Transaction,
  row: IntegrationRow,
  secret: string,
  previousEnd: string | null | undefined,
): Promise<void> {
  const fingerprint = fingerprintOf(fingerprintKey, 'webhook_secret', row.integration_type, secret);
  const now = clock.now();
  const until =
    previousEnd === undefined
      ? new Date(now.getTime() + SECRET_GRACE_MS)
      : previousEnd === null
        ? now
        : new Date(previousEnd);
  await rotateWebhookSecret(trx, row.id, { jwe: await keys.encrypt(secret), fingerprint }, until);
}

/** Completes every change of an integration: replaces its configured hints, writes the audit entry and notifies the other processes. */
async function settle(
  trx: Transaction,
  row: IntegrationRow,
  hints: readonly WebhookHint[],
  actor: Actor,
  action: string,
  fields: string[],
): Promise<void> {
  await replaceConfiguredHints(trx, row, hints);
  const details = { name: row.name, integration_type: row.integration_type, fields };
  await recordAudit(trx, { projectId: row.project_id, actor, action, object: `integration:${row.id}`, details });
  await announceIntegration(trx, row.id);
}
