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
import { createEgressAgent } from '../egress/egress.ts';
import { createEgressPolicy, type EgressPolicy } from '../egress/egress-policy.ts';
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

/** No operation lasts longer, retries and waits included. */
const LONGEST_OPERATION_MS = 180_000;
/** A person waits for the result of a test. */
const LONGEST_TEST_MS = 25_000;
/** A claimed probe must be over by then; otherwise another process may try. */
const PROBE_LEASE_MS = 45_000;
const FLUSH_INTERVAL_MS = 1000;
/** A Date header has whole seconds, so smaller differences mean nothing. */
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

/** An integration ready to handle webhooks. Cheap: open one for each batch of deliveries. */
export interface OpenIntegration {
  row: IntegrationRow;
  definition: IntegrationDefinition;
  instance: BaseIntegration;
  /** The secrets that it has used so far. */
  secrets: SecretValues;
  /** Returns the changes that were emitted since the last call. */
  takeChanges(): Change[];
  /** Writes counted successes now; otherwise it happens within a second. */
  flush(): Promise<void>;
}

export interface RunOptions {
  signal?: AbortSignal | undefined;
  /** A person waits for it: it is tried although the circuit is open or the credential was refused. */
  interactive?: boolean | undefined;
  /** Tried even when it is disabled: to clean up after it. */
  evenDisabled?: boolean | undefined;
}

/** Several operations of one piece of work: the integration is loaded and checked once. */
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
   * One operation. Throws IntegrationUnavailableError without trying when the integration is disabled, waits for a credential or its
   * circuit is open; every other failure is an IntegrationError and has been counted. The signal's own reason is thrown as it is.
   */
  run<T>(
    integrationId: number,
    operation: string,
    work: (instance: BaseIntegration, signal: AbortSignal) => Promise<T>,
    options?: RunOptions,
  ): Promise<T>;
  /** As `run`, for several operations one after another. */
  session(integrationId: number, options?: RunOptions): Promise<IntegrationSession>;
  /** Does it work? Tried in whatever state it is; counted as a test. */
  test(integrationId: number, signal?: AbortSignal): Promise<TestReport>;
  /** Tests an integration that is due for a probe, unless another process does. Throws only when the signal is aborted. */
  probe(integrationId: number, signal: AbortSignal): Promise<void>;
  /** Writes now what was counted in the last second. */
  flush(): Promise<void>;
  /** Starts to probe what is down and to write counters. */
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

  /** Edits of both sides are compared on the provider's clock, so a clock that differs is stored before the response is used. */
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

  /** Does the work and keeps the record of how it went. */
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
      // The one place that every failed operation passes: what is recorded, logged and thrown from here on repeats no secret.
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
