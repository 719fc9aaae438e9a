import { createEgressAgent, createEgressPolicy, type EgressPolicy } from '@commandcenter/egress';
import {
  type BaseIntegration,
  type Change,
  type IntegrationDefinition,
  IntegrationError,
  toIntegrationError,
} from '@commandcenter/integration-kit';
import type { Logger } from 'pino';
import type { fetch as undiciFetch } from 'undici';
import { type Loop, startLoop } from '../background/loop.ts';
import type { Database } from '../database/database.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { type AuthorFailures, createAuthorFailures } from './author-failures.ts';
import { createCredentialGates } from './credentials/credential-gate.ts';
import { type CredentialVault, createCredentialVault } from './credentials/credential-vault.ts';
import { SecretValues } from './credentials/secret-values.ts';
import { IntegrationUnavailableError } from './errors.ts';
import { createHealthRecorder } from './health/health-recorder.ts';
import type { HealthOrigin } from './health/integration-health.ts';
import { startProber } from './health/prober.ts';
import { createIntegrationContext } from './integration-context.ts';
import {
  claimProbe,
  findIntegration,
  type IntegrationRow,
  storeAccount,
  storeClockOffset,
} from './integration-queries.ts';
import { createOutgoingFetch } from './outgoing/outgoing-fetch.ts';
import { backgroundRefusal, disabledRefusal } from './refusal.ts';
import type { Registry } from './registry.ts';

/** Longest operation in milliseconds, retries and waits included. */
const LONGEST_OPERATION_MS = 180_000;
/** Longest connection test in milliseconds, because a person may wait for the result. */
const LONGEST_TEST_MS = 25_000;
/** Lease of a probe in milliseconds. After it, another process may probe the integration. */
const PROBE_LEASE_MS = 45_000;
const FLUSH_INTERVAL_MS = 1000;
/** Difference between the clocks in milliseconds that is ignored, because a Date header has whole seconds. */
const CLOCK_TOLERANCE_MS = 1500;

export interface HostOptions {
  db: Database;
  keys: KeyRing;
  registry: Registry;
  config: { EGRESS_ALLOW: readonly string[] };
  log: Logger;
  clock: { now(): Date };
  version: string;
  /** Sends the integrations' requests; default undici's fetch. */
  transport?: typeof undiciFetch;
}

/** An integration ready to handle webhooks. Opening one is cheap, so open one for each batch of deliveries. */
export interface OpenIntegration {
  row: IntegrationRow;
  definition: IntegrationDefinition;
  instance: BaseIntegration;
  /** The secrets that the integration has used so far. */
  secrets: SecretValues;
  /** Returns the changes that the integration has emitted since the last call. */
  takeChanges(): Change[];
  /** Writes the counted successes now, instead of within a second. */
  flush(): Promise<void>;
}

export interface RunOptions {
  signal?: AbortSignal | undefined;
  /** True if a person waits for the result: the operation is then tried although the circuit is open or the credential was refused. */
  interactive?: boolean | undefined;
  /** True to try the operation even if the integration is disabled, in order to clean up after it. */
  evenDisabled?: boolean | undefined;
}

/** Runs several operations of one piece of work. The integration is loaded and its state checked once for all of them. */
export interface IntegrationSession {
  run<T>(operation: string, work: (instance: BaseIntegration, signal: AbortSignal) => Promise<T>): Promise<T>;
}

export interface TestReport {
  message: string;
  account: IntegrationRow['account'];
  scopesMissing: string[];
}

export interface IntegrationHost {
  registry: Registry;
  egress: EgressPolicy;
  vault: CredentialVault;
  /** Shared by all integrations of this process. */
  authorFailures: AuthorFailures;
  open(row: IntegrationRow): Promise<OpenIntegration>;
  /**
   * Runs one operation. Throws IntegrationUnavailableError without trying if the integration is disabled, waits for a credential or has
   * an open circuit; any other failure is counted and thrown as an IntegrationError. If the signal is aborted, its own reason is thrown.
   */
  run<T>(
    integrationId: number,
    operation: string,
    work: (instance: BaseIntegration, signal: AbortSignal) => Promise<T>,
    options?: RunOptions,
  ): Promise<T>;
  /** Returns a session for several operations one after another, under the same conditions as `run`. */
  session(integrationId: number, options?: RunOptions): Promise<IntegrationSession>;
  /** Tests the connection whatever state the integration is in, and counts the result as a test. */
  test(integrationId: number, signal?: AbortSignal): Promise<TestReport>;
  /** Tests an integration that is due for a probe, unless another process does. Throws only when the signal is aborted. */
  probe(integrationId: number, signal: AbortSignal): Promise<void>;
  /** Writes the successes that were counted and are not stored yet. */
  flush(): Promise<void>;
  /** Starts to probe integrations that are down and to write counters. */
  start(): void;
  close(): Promise<void>;
}

export function createIntegrationHost(options: HostOptions): IntegrationHost {
  const { db, keys, registry, config, log, clock, version } = options;
  const policy = createEgressPolicy(config.EGRESS_ALLOW);
  const agent = createEgressAgent(policy);
  const gates = createCredentialGates(db, clock, log);
  const vault = createCredentialVault(db, keys, log);
  const authorFailures = createAuthorFailures(log, clock);
  const health = createHealthRecorder(db, clock, log);
  const userAgent = `commandcenter/${version}`;
  const loops: Loop[] = [];

  interface Opening {
    signal?: AbortSignal;
    origin: 'author' | 'webhook';
    secrets: SecretValues;
    onRecorded(): void;
  }

  const open = async (
    row: IntegrationRow,
    { signal, origin, secrets, onRecorded }: Opening,
  ): Promise<OpenIntegration> => {
    const definition = registry.get(row.integration_type);
    if (definition === undefined) {
      throw new IntegrationUnavailableError(
        'unknown_type',
        `No integration of type "${row.integration_type}" is installed here.`,
        { class: 'bug' },
      );
    }
    const gate = gates.of(row.credential_key ?? `integration:${row.id}`, row.id);
    let changes: Change[] = [];
    const fetch = createOutgoingFetch({
      policy,
      dispatcher: agent,
      transport: options.transport,
      gate,
      secrets,
      clock,
      userAgent,
      signal,
      onRateLimit: (limit) => health.rateLimit(row.id, limit),
      onServerTime: (time, uncertaintyMs) => keepClockOffset(row, time, uncertaintyMs),
    });
    const context = createIntegrationContext({
      db,
      row,
      manifest: definition.manifest,
      vault,
      gate,
      secrets,
      health,
      fetch,
      clock,
      log,
      userAgent,
      origin,
      emit: (change) => changes.push(change),
      onRecorded,
    });
    const instance = definition.create(context);
    await instance.load();
    return {
      row,
      definition,
      instance,
      secrets,
      takeChanges() {
        const taken = changes;
        changes = [];
        return taken;
      },
      flush: health.flush,
    };
  };

  /**
   * Stores the clock offset if it changed, before the response is used, because edits of both sides are compared on the provider's clock.
   */
  const keepClockOffset = async (row: IntegrationRow, time: Date, uncertaintyMs: number): Promise<void> => {
    const offsetMs = time.getTime() - clock.now().getTime();
    if (Math.abs(offsetMs - row.clock_offset_ms) <= CLOCK_TOLERANCE_MS + uncertaintyMs) return;
    row.clock_offset_ms = Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS + uncertaintyMs ? 0 : Math.round(offsetMs);
    await storeClockOffset(db, row.id, row.clock_offset_ms);
  };

  const find = async (integrationId: number): Promise<IntegrationRow> => {
    const row = await findIntegration(db, integrationId);
    if (row !== undefined) return row;
    throw new IntegrationUnavailableError('deleted', `There is no integration ${integrationId} any more.`, {
      class: 'not_found',
    });
  };

  /** Runs the work with a time limit and records its success or failure. */
  const perform = async <T>(
    row: IntegrationRow,
    operation: string,
    origin: HealthOrigin,
    work: (instance: BaseIntegration, signal: AbortSignal) => Promise<T>,
    caller: AbortSignal | undefined,
    longestMs: number,
  ): Promise<T> => {
    const limit = AbortSignal.timeout(longestMs);
    const signal = caller === undefined ? limit : AbortSignal.any([caller, limit]);
    const secrets = new SecretValues();
    let recorded = false;
    try {
      const { instance } = await open(row, { signal, origin: 'author', secrets, onRecorded: () => (recorded = true) });
      const result = await work(instance, signal);
      if (!recorded) await health.success(row.id, row, origin);
      return result;
    } catch (thrown) {
      if (caller?.aborted) throw caller.reason;
      if (thrown instanceof IntegrationUnavailableError) throw thrown;
      const failed = limit.aborted
        ? new IntegrationError(`${operation} did not end within ${longestMs / 1000} s.`, {
            class: 'timeout',
            cause: thrown,
          })
        : toIntegrationError(thrown);
      // Every failed operation passes here, so that nothing that is recorded, logged or thrown from here on contains a secret.
      const error = secrets.redactError(failed);
      log.debug({ integration: row.id, operation, err: error }, 'integration operation failed');
      if (!recorded) {
        const failure = { class: error.class, message: error.message, origin, recheck: error.recheck };
        await health.failure(row.id, failure, row.credentials_version);
      }
      throw error;
    }
  };

  const test = async (row: IntegrationRow, origin: HealthOrigin, signal?: AbortSignal): Promise<TestReport> => {
    const report = await perform(
      row,
      'connection test',
      origin,
      async (instance) => {
        const outcome = await instance.testConnection();
        if (outcome === false) throw new IntegrationError('The connection test failed.', { class: 'connection' });
        const displayName = await instance.getDisplayName();
        return outcome === true ? { message: `${displayName} works.`, account: null, scopesMissing: [] } : outcome;
      },
      signal,
      LONGEST_TEST_MS,
    );
    if (report.account !== null) await storeAccount(db, row.id, report.account);
    return report;
  };

  const probe = async (integrationId: number, signal: AbortSignal): Promise<void> => {
    if (!(await claimProbe(db, integrationId, PROBE_LEASE_MS))) return;
    try {
      await test(await find(integrationId), 'probe', signal);
    } catch (error) {
      if (signal.aborted) throw error;
      log.debug({ integration: integrationId, err: error }, 'probe failed');
    }
  };

  const session = async (
    integrationId: number,
    { signal, interactive = false, evenDisabled = false }: RunOptions = {},
  ): Promise<IntegrationSession> => {
    const row = await find(integrationId);
    const refusal = evenDisabled ? null : interactive ? disabledRefusal(row) : backgroundRefusal(row, clock.now());
    if (refusal === 'probe') {
      const mine = await claimProbe(db, integrationId, PROBE_LEASE_MS);
      const again = backgroundRefusal(await find(integrationId), clock.now());
      if (!mine && again !== null && again !== 'probe') throw again;
    } else if (refusal !== null) throw refusal;
    return {
      run: (operation, work) => perform(row, operation, 'operation', work, signal, LONGEST_OPERATION_MS),
    };
  };

  return {
    registry,
    egress: policy,
    vault,
    authorFailures,
    open: (row) => open(row, { origin: 'webhook', secrets: new SecretValues(), onRecorded: () => {} }),
    async run(integrationId, operation, work, options) {
      return (await session(integrationId, options)).run(operation, work);
    },
    session,
    test: async (integrationId, signal) => test(await find(integrationId), 'test', signal),
    probe,
    flush: health.flush,
    start() {
      loops.push(
        startProber({ db, log, probe }),
        startLoop({
          name: 'integration-counters',
          log,
          intervalMs: FLUSH_INTERVAL_MS,
          step: async () => {
            await health.flush();
            return 'idle';
          },
        }),
      );
    },
    async close() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await health.flush();
      await agent.destroy();
    },
  };
}
