import { setTimeout as sleep } from 'node:timers/promises';
import { type Loop, startLoop } from '../../background/loop.ts';
import type { Notifier } from '../../background/notify.ts';
import type { Database } from '../../database/database.ts';
import type { Logger } from '../../logging.ts';
import { type ConfigHintsOf, SecretDirectory } from './secret-directory.ts';
import {
  type DirectoryState,
  integrationsChangedSince,
  integrationsWithSecretsAfter,
  readDirectoryState,
  readWebhookHints,
  readWebhookSecrets,
} from './webhook-directory-queries.ts';

export interface SecretSourceDependencies {
  db: Database;
  notifier: Pick<Notifier, 'subscribe' | 'onReconnect'>;
  configHintsOf: ConfigHintsOf;
  clock: { now(): Date };
  log: Logger;
}

/** Keeps a `SecretDirectory` in step with the database. */
export interface SecretSource {
  /** Returns the directory after its first load. Rejects if the database does not respond. */
  ready(): Promise<SecretDirectory>;
  /** Reads the secrets and hints of an integration again. */
  refresh(integrationId: number): Promise<void>;
  /**
   * Looks for new secrets for a request that would be refused. Returns true if the directory has changed since `revision`, the state that
   * the request was verified with. The look starts after the call, so it never misses an integration that was created before the request
   * came. Requests that come together share a look, at most one every `LOOK_PAUSE_MS`, so that a flood of refused requests costs the
   * database next to nothing.
   */
  catchUp(revision: number): Promise<boolean>;
  close(): Promise<void>;
}

const CHECK_INTERVAL_MS = 3000;
const LOOK_PAUSE_MS = 5;
/** Milliseconds before the newest known change from which changes are read again, because one that commits late has an earlier time. */
const LATE_COMMIT_MS = 10_000;
/** Number of changed integrations from which reading all of them is cheaper. */
const MANY_CHANGES = 500;

export function createSecretSource({
  db,
  notifier,
  configHintsOf,
  clock,
  log,
}: SecretSourceDependencies): SecretSource {
  let directory = new SecretDirectory(configHintsOf);
  let state: DirectoryState | undefined;
  let loading: Promise<SecretDirectory> | undefined;
  /**
   * True if notices were lost. The known secrets are used until all are read again, so that no delivery waits for a database that has
   * just been away: a deleted secret is noticed when its delivery is stored, and new ones are looked for before a request is refused.
   */
  let outdated = false;
  /** The look for new secrets that has not read anything yet. */
  let nextLook: Promise<void> | undefined;
  let lastLookEnd = 0;

  /** The last read of secrets. Reads run one after another, so that an earlier one does not overwrite a later one with older rows. */
  let lastReading: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(read: () => Promise<T>): Promise<T> => {
    const reading = lastReading.then(read, read);
    // This promise only orders the readings. The caller of `inTurn` gets the error.
    lastReading = reading.catch(() => undefined);
    return reading;
  };

  const loadAll = (): Promise<SecretDirectory> =>
    inTurn(async () => {
      const newState = await readDirectoryState(db);
      const fresh = new SecretDirectory(configHintsOf);
      fresh.replace([], await readWebhookSecrets(db, 'all'), await readWebhookHints(db, 'all'));
      fresh.adoptLearned(directory);
      directory = fresh;
      state = newState;
      return directory;
    });

  const reload = async (): Promise<void> => {
    outdated = false;
    try {
      await loadAll();
    } catch (error) {
      outdated = true;
      throw error;
    }
  };

  const ready = async (): Promise<SecretDirectory> => {
    if (state !== undefined) return directory;
    loading ??= loadAll().finally(() => {
      loading = undefined;
    });
    return await loading;
  };

  const readSome = async (integrationIds: readonly number[]): Promise<void> => {
    if (integrationIds.length === 0) return;
    const [secrets, hints] = [await readWebhookSecrets(db, integrationIds), await readWebhookHints(db, integrationIds)];
    directory.replace(integrationIds, secrets, hints);
  };

  const refresh = (integrationId: number): Promise<void> => inTurn(() => readSome([integrationId]));

  const look = async (): Promise<void> => {
    const pause = LOOK_PAUSE_MS - (performance.now() - lastLookEnd);
    if (pause > 0) await sleep(pause);
    await inTurn(async () => {
      nextLook = undefined;
      await readSome(await integrationsWithSecretsAfter(db, directory.newestSecretId));
      lastLookEnd = performance.now();
    });
  };

  /**
   * Finds changes whose notices were lost: reads what changed since the last check, or everything if the number of secrets then does not
   * match.
   */
  const check = async (known: DirectoryState): Promise<void> => {
    const now = await readDirectoryState(db);
    if (now.secrets === known.secrets && now.changed_at?.getTime() === known.changed_at?.getTime()) return;
    const since = new Date((known.changed_at?.getTime() ?? 0) - LATE_COMMIT_MS);
    const changedIds = await integrationsChangedSince(db, since, MANY_CHANGES);
    if (changedIds.length < MANY_CHANGES) {
      await inTurn(() => readSome(changedIds));
      if (directory.secretCount === now.secrets) {
        state = now;
        return;
      }
    }
    await loadAll();
  };

  const checker: Loop = startLoop({
    name: 'webhook-secrets',
    log,
    intervalMs: CHECK_INTERVAL_MS,
    async step() {
      directory.dropExpired(clock.now().getTime());
      if (state === undefined) await ready();
      else if (outdated) await reload();
      else await check(state);
      return 'idle';
    },
  });

  const changed = new Set<number>();
  const unsubscribe = notifier.subscribe('integrations', (payload) => {
    const id = Number(payload);
    if (!Number.isSafeInteger(id) || changed.has(id)) return;
    changed.add(id);
    // Remove the id just before reading, so that a burst of notices about one integration causes a single read.
    inTurn(() => {
      changed.delete(id);
      return readSome([id]);
    }).catch((error: unknown) => {
      log.warn({ err: error, integrationId: id }, 'webhook secrets not read: reading all of them again');
      outdated = true;
      checker.wake();
    });
  });
  const unsubscribeReconnect = notifier.onReconnect(() => {
    outdated = true;
    checker.wake();
  });

  return {
    ready,
    refresh,
    async catchUp(revision) {
      nextLook ??= look();
      await nextLook;
      return directory.revision !== revision;
    },
    async close() {
      unsubscribe();
      unsubscribeReconnect();
      await checker.stop();
      await lastReading;
    },
  };
}
