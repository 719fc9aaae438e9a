import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Credentials, IntegrationError } from '@commandcenter/integration-kit';
import type { Database } from '../../database/database.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { Logger } from '../../logging.ts';
import { RecentCache } from '../../recent-cache.ts';
import { announceIntegration } from '../integration-queries.ts';
import { listWebhookSecrets } from '../webhook-secret-queries.ts';
import {
  claimRefresh,
  readCredentials,
  releaseRefresh,
  replaceCredentials,
  type StoredCredentials,
} from './credential-queries.ts';

const CACHED_INTEGRATIONS = 2000;
/** Lease for refreshing a credential in milliseconds, longer than a call may last. */
const REFRESH_LEASE_MS = 60_000;
const REFRESH_POLL_MS = 100;
const LONGEST_REFRESH_WAIT_MS = 90_000;

/** Names of the parts of a credential in the API. */
const fieldNames = {
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  clientSecret: 'client_secret',
  privateKey: 'private_key',
} as const;

export interface VaultEntry {
  id: number;
  updated_at: Date;
  credentials: string | null;
  credentials_version: number;
}

/**
 * Decrypts the credentials and webhook secrets of integrations and keeps them in memory, because they are read often. Writes credentials
 * by compare-and-swap.
 */
export interface CredentialVault {
  read(entry: VaultEntry): Promise<Credentials>;
  /** Encrypts and stores the credentials. `fields` names the parts that the API may list as present. */
  write(integrationId: number, credentials: Credentials, fields: readonly string[]): Promise<void>;
  refresh(
    integrationId: number,
    fields: readonly string[],
    renew: (current: Credentials) => Promise<Credentials>,
  ): Promise<Credentials>;
  webhookSecrets(entry: VaultEntry, now: Date): Promise<string[]>;
}

/** Returns those of the `allowed` credential fields, such as `access_token`, that have a value in the credentials. */
export const presentFields = (credentials: Credentials, allowed: readonly string[]): string[] =>
  Object.entries(fieldNames)
    .filter(([part, name]) => allowed.includes(name) && credentials[part as keyof Credentials] !== undefined)
    .map(([, name]) => name);

export function createCredentialVault(db: Database, keys: KeyRing, log: Logger): CredentialVault {
  const decrypted = new RecentCache<string, Promise<Credentials>>(CACHED_INTEGRATIONS);
  const secrets = new RecentCache<string, Promise<{ secret: string; validUntil: Date | null }[]>>(CACHED_INTEGRATIONS);

  /** Returns the value that the cache has for the key, or loads and caches it. A failed load is not cached. */
  const remember = <Value>(
    cache: RecentCache<string, Promise<Value>>,
    key: string,
    load: () => Promise<Value>,
  ): Promise<Value> => {
    const known = cache.get(key);
    if (known !== undefined) return known;
    const loading = load();
    cache.set(key, loading);
    // Whoever asked for the value gets the error.
    loading.catch(() => cache.delete(key));
    return loading;
  };

  const open = (stored: StoredCredentials): Promise<Credentials> =>
    stored.credentials === null ? Promise.resolve({}) : keys.decrypt<Credentials>(stored.credentials);

  const current = async (integrationId: number): Promise<StoredCredentials> => {
    const stored = await readCredentials(db, integrationId);
    if (stored === undefined) throw deleted(integrationId);
    return stored;
  };

  const seal = async (credentials: Credentials, fields: readonly string[]) => ({
    credentials: await keys.encrypt(credentials),
    credentials_fields: presentFields(credentials, fields),
  });

  return {
    read: (entry) =>
      remember(decrypted, `${entry.id}:${entry.credentials_version}:${entry.updated_at.getTime()}`, () => open(entry)),

    async write(integrationId, credentials, fields) {
      const values = await seal(credentials, fields);
      let written = false;
      while (!written) {
        const { credentials_version } = await current(integrationId);
        written = await replaceCredentials(db, integrationId, credentials_version, values);
      }
      await announceIntegration(db, integrationId);
    },

    async refresh(integrationId, fields, renew) {
      const owner = randomUUID();
      const giveUpAt = performance.now() + LONGEST_REFRESH_WAIT_MS;
      for (;;) {
        const claimed = await claimRefresh(db, integrationId, owner, REFRESH_LEASE_MS);
        if (claimed !== undefined) {
          try {
            const before = await open(claimed);
            const after = await renew(before);
            if (after === before) return before;
            const replaced = await replaceCredentials(
              db,
              integrationId,
              claimed.credentials_version,
              await seal(after, fields),
            );
            if (!replaced) {
              const newer = await open(await current(integrationId));
              log.warn(
                { integration: integrationId },
                'a renewed credential was not stored, because another one was stored while it was renewed: that one is used. If the provider refuses it, give a new credential',
              );
              return newer;
            }
            await announceIntegration(db, integrationId);
            return after;
          } finally {
            const isHeld = await releaseRefresh(db, integrationId, owner);
            if (!isHeld && (await readCredentials(db, integrationId)) !== undefined)
              log.warn(
                { integration: integrationId, leaseMs: REFRESH_LEASE_MS },
                'renewing a credential took longer than its lease: another process may have renewed it at the same time, and the one that was stored first counts',
              );
          }
        }
        await current(integrationId);
        if (performance.now() > giveUpAt) {
          throw new IntegrationError('Another process renews this credential and does not come to an end.', {
            class: 'timeout',
          });
        }
        await sleep(REFRESH_POLL_MS * (0.5 + Math.random()));
      }
    },

    async webhookSecrets(entry, now) {
      const known = await remember(secrets, `${entry.id}:${entry.updated_at.getTime()}`, async () => {
        const rows = await listWebhookSecrets(db, entry.id);
        return Promise.all(
          rows.map(async (row) => ({ secret: await keys.decrypt<string>(row.jwe), validUntil: row.valid_until })),
        );
      });
      return known.filter(({ validUntil }) => validUntil === null || validUntil > now).map(({ secret }) => secret);
    },
  };
}

const deleted = (integrationId: number): IntegrationError =>
  new IntegrationError(`Integration ${integrationId} was deleted.`, {
    class: 'not_found',
    code: 'integration.deleted',
  });
