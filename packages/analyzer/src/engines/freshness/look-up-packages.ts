import type { EngineContext } from '../../engine.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import type { PackageState, Registry, UsedPackage } from './registry.ts';
import { createRegistryClient, RegistryError } from './registry-client.ts';

export interface LookUpOptions {
  registries: readonly Registry[];
  fetch: typeof fetch;
  cache: EngineContext['cache'];
  /** Date of the lookup: results are cached for one day. */
  day: string;
  signal: AbortSignal;
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface LookUpResult {
  /** Results by `packageKey`; null if the registry does not have the package. */
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
const MOST_PACKAGES = 2000;
/** A registry is not asked again after this many consecutive failures. */
const MOST_FAILURES = 5;
const LONGEST_MS = 240_000;

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
  const looked: LookUpResult = {
    states: new Map(),
    missed: Math.max(0, packages.length - MOST_PACKAGES),
    failures: new Map(),
  };
  if (looked.missed > 0) looked.failures.set('all', `there are more than ${MOST_PACKAGES} packages`);
  const end = performance.now() + LONGEST_MS;
  await mapConcurrently(packages.slice(0, MOST_PACKAGES), AT_A_TIME, async (used) => {
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
