import type { EngineContext } from '../../engine.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import type { PackageState, Registry, UsedPackage } from './registry.ts';
import { createRegistryClient, RegistryError } from './registry-client.ts';

export interface LookUpOptions {
  registries: readonly Registry[];
  fetch: typeof fetch;
  cache: EngineContext['cache'];
  /** Date of the lookup, which is part of the cache's keys: results are cached for one day. */
  day: string;
  signal: AbortSignal;
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface LookUpResult {
  /** States of the packages by `packageKey`; null if the registry does not have the package. */
  states: Map<string, PackageState | null>;
  /** Number of packages that were not looked up. */
  missed: number;
  /** Error message of each registry that failed. */
  failures: Map<string, string>;
}

export interface EcosystemPackage extends UsedPackage {
  ecosystem: string;
}

const AT_A_TIME = 8;
const MAX_PACKAGES = 2000;
/** A registry is not asked again after this many consecutive failures. */
const MAX_FAILURES = 5;
const TIME_LIMIT_MS = 240_000;

export const packageKey = ({ ecosystem, name, version }: EcosystemPackage): string =>
  `${ecosystem} ${name} ${version ?? ''}`;

/** Looks packages up in their registries. If a registry fails, only its own packages are missing. */
export async function lookUpPackages(
  packages: readonly EcosystemPackage[],
  options: LookUpOptions,
): Promise<LookUpResult> {
  const { cache, day, signal } = options;
  const clients = new Map(
    options.registries.map((registry) => [
      registry.ecosystem,
      { registry, client: createRegistryClient({ ...options, url: registry.url }), failed: 0 },
    ]),
  );
  const result: LookUpResult = {
    states: new Map(),
    missed: Math.max(0, packages.length - MAX_PACKAGES),
    failures: new Map(),
  };
  if (result.missed > 0) result.failures.set('all', `there are more than ${MAX_PACKAGES} packages`);
  const end = performance.now() + TIME_LIMIT_MS;
  await mapConcurrently(packages.slice(0, MAX_PACKAGES), AT_A_TIME, async (used) => {
    const place = clients.get(used.ecosystem);
    if (place === undefined) return;
    const key = packageKey(used);
    const cached = cache.get(`${day} ${key}`) as PackageState | null | undefined;
    if (cached !== undefined) {
      result.states.set(key, cached);
      return;
    }
    if (performance.now() > end) result.failures.set('all', `it took longer than ${TIME_LIMIT_MS / 1000} s`);
    if (performance.now() > end || place.failed >= MAX_FAILURES) {
      result.missed += 1;
      return;
    }
    try {
      const state = await place.registry.lookUp(used, place.client);
      place.failed = 0;
      result.states.set(key, state);
      cache.set(`${day} ${key}`, state);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof RegistryError)) throw error;
      place.failed += 1;
      result.missed += 1;
      result.failures.set(used.ecosystem, error.message);
    }
  });
  return result;
}
