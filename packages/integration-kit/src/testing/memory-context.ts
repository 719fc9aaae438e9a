import type { Change } from '../change.ts';
import type { Credentials, IntegrationContext, IntegrationRecord, RateLimit } from '../context.ts';
import type { IntegrationError } from '../errors.ts';

export interface MemoryContextOptions {
  record?: Partial<IntegrationRecord>;
  credentials?: Credentials;
  webhookSecrets?: readonly string[];
  clock?: { now(): Date };
  /** Sends the integration's requests. Default: the platform's fetch, without retries. */
  fetch?: IntegrationContext['fetch'];
}

/** A context that also records everything the integration did with it. */
export interface MemoryContext extends IntegrationContext {
  readonly changes: Change[];
  readonly successes: number;
  readonly errors: IntegrationError[];
  readonly rateLimits: RateLimit[];
  readonly blocks: { until: Date; reason: string }[];
  readonly records: ReadonlyMap<string, unknown>;
}

/** Creates a context that keeps everything in memory, to test an integration without a server. */
export function createMemoryContext(options: MemoryContextOptions = {}): MemoryContext {
  const { webhookSecrets = [], clock = { now: () => new Date() } } = options;
  let credentials: Credentials = { ...options.credentials };
  let renewing: Promise<unknown> = Promise.resolve();
  let successes = 0;
  const changes: Change[] = [];
  const errors: IntegrationError[] = [];
  const rateLimits: RateLimit[] = [];
  const blocks: { until: Date; reason: string }[] = [];
  const records = new Map<string, unknown>();
  const record: IntegrationRecord = {
    id: 1,
    projectId: 1,
    name: 'In memory',
    integrationType: 'custom',
    authType: 'token',
    enabled: true,
    status: 'active',
    config: {},
    errorCount: 0,
    successCount: 0,
    lastError: null,
    account: null,
    credentialExpiresAt: null,
    ...options.record,
  };
  const silent = () => {};

  return {
    record,
    readRecord: async () => ({
      ...record,
      config: { ...record.config },
      successCount: successes,
      errorCount: errors.length,
      lastError: errors.at(-1)?.message ?? null,
    }),
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    credentials: {
      get: async () => ({ ...credentials }),
      async set(changed) {
        credentials = { ...changed };
      },
      async refresh(renew) {
        const turn = renewing.then(async () => {
          credentials = await renew(credentials);
        });
        // This promise only orders the renewals. The caller gets the error.
        renewing = turn.catch(silent);
        await turn;
        return { ...credentials };
      },
    },
    webhookSecrets: async () => [...webhookSecrets],
    health: {
      async recordSuccess() {
        successes += 1;
        errors.length = 0;
      },
      async recordError(error) {
        errors.push(error);
      },
      async updateRateLimit(limit) {
        rateLimits.push(limit);
      },
      async block(until, reason) {
        blocks.push({ until, reason });
      },
      updateCredentialExpiry(expiresAt) {
        record.credentialExpiresAt = expiresAt?.toISOString() ?? null;
      },
      read: async () => ({
        status: record.status,
        enabled: record.enabled,
        isHealthy: errors.length === 0,
        errorCount: errors.length,
        lastError: errors.at(-1)?.message ?? null,
      }),
    },
    store: {
      get: async (key) => structuredClone(records.get(key)),
      async set(key, value) {
        records.set(key, structuredClone(value));
      },
      async delete(key) {
        records.delete(key);
      },
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    clock,
    userAgent: 'commandcenter/memory',
    emit: (change) => changes.push(change),
    changes,
    get successes() {
      return successes;
    },
    errors,
    rateLimits,
    blocks,
    records,
  };
}
