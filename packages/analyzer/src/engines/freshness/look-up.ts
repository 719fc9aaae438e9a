import { inParallel } from '../../advisories/online/in-parallel.ts';
import type { EngineContext } from '../../engine.ts';
import type { PackageState, Registry, UsedPackage } from './registry.ts';
import { createRegistryClient, RegistryError } from './registry-client.ts';

export interface LookUpOptions {
  registries: readonly Registry[];
  fetch: typeof fetch;
  cache: EngineContext['cache'];
  /** Answers of one day are not asked for again on it. */
  day: string;
  signal: AbortSignal;
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface LookedUp {
  /** By `packageKey`. Null: its registry does not have it. */
  states: Map<string, PackageState | null>;
  /** Packages that were not asked for. */
  missed: number;
  /** Why, of each registry that could not be asked. */
  failures: Map<string, string>;
}

export interface EcosystemPackage extends UsedPackage {
  ecosystem: string;
}

const AT_A_TIME = 8;
const MOST_PACKAGES = 2000;
/** A registry that fails so often without an answer between is not asked any more. */
const MOST_FAILURES = 5;
const LONGEST_MS = 240_000;

export const packageKey = ({ ecosystem, name, version }: EcosystemPackage): string =>
  `${ecosystem} ${name} ${version ?? ''}`;

/** Asks the registries. One that fails costs its own packages only. */
export async function lookUp(packages: readonly EcosystemPackage[], options: LookUpOptions): Promise<LookedUp> {
  const { cache, day, signal } = options;
  const clients = new Map(
    options.registries.map((registry) => [
      registry.ecosystem,
      { registry, client: createRegistryClient({ ...options, url: registry.url }), failed: 0 },
    ]),
  );
  const looked: LookedUp = {
    states: new Map(),
    missed: Math.max(0, packages.length - MOST_PACKAGES),
    failures: new Map(),
  };
  if (looked.missed > 0) looked.failures.set('all', `there are more than ${MOST_PACKAGES} packages`);
  const end = performance.now() + LONGEST_MS;
  await inParallel(packages.slice(0, MOST_PACKAGES), AT_A_TIME, async (used) => {
    const place = clients.get(used.ecosystem);
    if (place === undefined) return;
    const key = packageKey(used);
    const cached = cache.get(`${day} ${key}`) as PackageState | null | undefined;
    if (cached !== undefined) {
      looked.states.set(key, cached);
      return;
    }
    if (performance.now() > end) looked.failures.set('all', `it took longer than ${LONGEST_MS / 1000} s`);
    if (performance.now() > end || place.failed >= MOST_FAILURES) {
      looked.missed += 1;
      return;
    }
    try {
      const state = await place.registry.look(used, place.client);
      place.failed = 0;
      looked.states.set(key, state);
      cache.set(`${day} ${key}`, state);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof RegistryError)) throw error;
      place.failed += 1;
      looked.missed += 1;
      looked.failures.set(used.ecosystem, error.message);
    }
  });
  return looked;
}
