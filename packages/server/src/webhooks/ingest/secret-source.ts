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

/** Keeps a `SecretDirectory` equal to the database. */
export interface SecretSource {
  /** Resolves after the first read; rejects when the database does not respond. */
  ready(): Promise<SecretDirectory>;
  /** Reads again what an integration has. */
  refresh(integrationId: number): Promise<void>;
  /**
   * For a request that would be refused: true when more is known than at the revision it was judged by, because of this look or of a
   * notice that came meanwhile. The look starts after the call, so an integration made before the request came is never missed;
   * requests that come together share one, at most one every `LOOK_PAUSE_MS`, so that a flood of refused requests costs the database
   * next to nothing.
   */
  catchUp(revision: number): Promise<boolean>;
  close(): Promise<void>;
}

const CHECK_INTERVAL_MS = 3000;
const LOOK_PAUSE_MS = 5;
/** Changes that commit late carry a time before the newest one seen. */
const LATE_COMMIT_MS = 10_000;
/** More changes than this at once: reading all is cheaper. */
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
   * Notices were lost. What is known is used until all of it is read again, so that no delivery waits for a database that has just been
   * away: a secret that is gone is noticed when its delivery is stored, and a new one is looked for before anything is refused.
   */
  let outdated = false;
  /** The look that has not started yet. */
  let nextLook: Promise<void> | undefined;
  let lastLookEnd = 0;

  /** One reading at a time: a later one would otherwise be overtaken by an earlier one's older rows. */
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

  /** For notices that were lost: reads what changed since the last check, and everything when that does not add up. */
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
    // A burst of notices about one integration is one reading: the id is taken off just before it starts.
    inTurn(() => {
      changed.delete(id);
      return readSome([id]);
    }).catch((error: unknown) => {
      log.warn({ err: error, integrationId: id }, 'webhook secrets not read, reading all of them again');
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
