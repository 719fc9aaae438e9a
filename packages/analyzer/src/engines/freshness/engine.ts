import { isCommit } from '../../advisories/ecosystems.ts';
import { type Engine, type EngineOutcome, incompleteOutcome } from '../../engine.ts';
import type { Dependency } from '../../facts.ts';
import type { RawFinding } from '../../finding.ts';
import { freshnessFindings } from './findings.ts';
import { type EcosystemPackage, type LookUpOptions, lookUpPackages, packageKey } from './look-up-packages.ts';
import { registries } from './registries/registries.ts';
import type { Registry } from './registry.ts';

/**
 * Reports direct dependencies that are major versions behind their registry, and deprecated or withdrawn ones. It sends
 * the names of packages to the registries. Its facts are those of the engine `dependencies` with the newest version of
 * each direct one.
 * @param options the registries, and how to wait between attempts
 */
export function createFreshnessEngine(options: {
  registries: readonly Registry[];
  pause?: LookUpOptions['pause'];
}): Engine {
  return {
    name: 'freshness',
    version: '1',
    depth: 'comprehensive',
    after: ['dependencies'],
    timeLimitSeconds: 300,
    headOnly: true,
    async run(_tree, { outcomeOf, fetch, cache, now, signal }): Promise<EngineOutcome> {
      const dependencies = outcomeOf('dependencies')?.facts?.dependencies;
      if (dependencies === undefined)
        return incompleteOutcome('The dependencies are not known: see the engine dependencies.');
      const supported = new Set(options.registries.map(({ ecosystem }) => ecosystem));
      const direct = dependencies.filter((one) => one.direct && supported.has(one.ecosystem) && !isFromRepository(one));
      if (direct.length > 0 && fetch === null) {
        return incompleteOutcome(
          'There is no network: how old dependencies are is not known. Allow calls to the package registries.',
        );
      }
      if (fetch === null || direct.length === 0) return outcome(dependencies, [], 0, []);

      const packages = new Map<string, EcosystemPackage>(direct.map((one) => [packageKey(one), one]));
      const lookUps = await lookUpPackages([...packages.values()], {
        registries: options.registries,
        fetch,
        cache,
        day: now.toISOString().slice(0, 10),
        signal,
        ...(options.pause === undefined ? {} : { pause: options.pause }),
      });
      const withLatest = dependencies.map((one) => {
        const latest = one.direct && !isFromRepository(one) ? lookUps.states.get(packageKey(one))?.latest : undefined;
        return latest === undefined || latest === null ? one : { ...one, latest };
      });
      const reasons = [...lookUps.failures].map(([ecosystem, reason]) =>
        ecosystem === 'all' ? reason : `${ecosystem}: ${reason}`,
      );
      const problem =
        lookUps.missed === 0
          ? []
          : [`${lookUps.missed} packages were not looked up (${reasons.join('; ')}). Try again later.`];
      const absent = [...lookUps.states.values()].filter((state) => state === null).length;
      const result = outcome(
        withLatest,
        freshnessFindings(direct, lookUps.states),
        new Set(direct.map(({ manifest }) => manifest)).size,
        problem,
      );
      if (absent > 0)
        result.coverage.notes = [`${absent} packages are not in the public registries: they may be private.`];
      return result;
    },
  };
}

export const freshnessEngine = createFreshnessEngine({ registries });

/** Registries know nothing about a dependency whose version is a commit. */
const isFromRepository = ({ purl, version }: Dependency): boolean =>
  /[?&]vcs_url=/.test(purl) || (version !== null && isCommit(version));

const outcome = (
  dependencies: Dependency[],
  findings: RawFinding[],
  filesSeen: number,
  problems: string[],
): EngineOutcome => ({
  findings,
  facts: { dependencies },
  coverage: {
    filesSeen,
    skipped: [],
    complete: problems.length === 0,
    ...(problems.length === 0 ? {} : { reason: problems.join(' ') }),
  },
});
