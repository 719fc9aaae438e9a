import { ecosystemOf, isComparable } from '../../advisories/ecosystems.ts';
import { type Engine, type EngineOutcome, incompleteOutcome } from '../../engine.ts';
import type { Dependency } from '../../facts.ts';
import type { RawFinding } from '../../finding.ts';
import { severities } from '../../severity.ts';
import { type ResolvedDependency, toFinding } from './to-finding.ts';

/**
 * Reports advisories that affect the versions of dependencies. If no advisories are available, the result is incomplete
 * instead of empty.
 */
export const vulnerabilitiesEngine: Engine = {
  name: 'vulnerabilities',
  version: '1',
  depth: 'quick',
  after: ['dependencies'],
  async run(_tree, { advisories, outcomeOf, signal }): Promise<EngineOutcome> {
    const outcome = outcomeOf('dependencies');
    const dependencies = outcome?.facts?.dependencies;
    if (dependencies === undefined) {
      return incompleteOutcome(
        'The dependencies could not be read, so no advisory was looked for: see the engine dependencies.',
      );
    }
    if (dependencies.length > 0 && advisories === null) {
      return incompleteOutcome(
        'No advisory database: whether dependencies are vulnerable is not known. Allow the network (OSV_API_URL), or import a ' +
          'database: commandcenter advisories import <zip>.',
      );
    }
    const { resolved, unresolved, incomparable } = groupByVersion(dependencies);
    const found = resolved.length === 0 ? [] : ((await advisories?.find(resolved, signal)) ?? []);
    const findings = new Map<string, RawFinding>();
    for (const [index, dependency] of resolved.entries()) {
      for (const advisory of found[index] ?? []) {
        const finding = toFinding(dependency, advisory);
        // A manifest may list a version twice, for example for runtime and development.
        const key = `${dependency.manifest}\n${dependency.version}\n${finding.identity}`;
        const existing = findings.get(key);
        if (existing === undefined || worse(finding, existing)) findings.set(key, finding);
      }
    }
    const missing = [...new Set(resolved.map(({ ecosystem }) => ecosystem))].filter(
      (ecosystem) => advisories?.covers(ecosystem) === false,
    );
    const problems = [
      ...(missing.length === 0
        ? []
        : [
            `The advisory database has nothing about ${missing.sort().join(', ')}: import it with commandcenter advisories import <zip>.`,
          ]),
      ...(outcome?.coverage.complete === false
        ? [`Not all dependencies are known: ${outcome.coverage.reason ?? ''}`]
        : []),
    ];
    return {
      findings: [...findings.values()],
      coverage: {
        filesSeen: new Set(dependencies.map(({ manifest }) => manifest)).size,
        skipped: [],
        complete: problems.length === 0,
        ...(problems.length > 0 && { reason: problems.join(' ') }),
        notes: [
          ...(resolved.length === 0 ? [] : (advisories?.notes ?? [])),
          ...counted(unresolved, 'has no resolved version and was', 'have no resolved version and were'),
          ...counted(incomparable, 'is a commit or branch and was', 'are commits or branches and were'),
        ],
      },
    };
  },
};

function groupByVersion(dependencies: readonly Dependency[]): {
  resolved: ResolvedDependency[];
  unresolved: number;
  incomparable: number;
} {
  const resolved: ResolvedDependency[] = [];
  let unresolved = 0;
  let incomparable = 0;
  for (const dependency of dependencies) {
    const { version } = dependency;
    const ecosystem = ecosystemOf(dependency.ecosystem);
    if (version === null) unresolved += 1;
    else if (ecosystem !== undefined && !isComparable(ecosystem, version)) incomparable += 1;
    else resolved.push({ ...dependency, version });
  }
  return { resolved, unresolved, incomparable };
}

const worse = (a: RawFinding, b: RawFinding): boolean =>
  severities.indexOf(a.severity) < severities.indexOf(b.severity);

function counted(count: number, one: string, many: string): string[] {
  if (count === 0) return [];
  const what = count === 1 ? `1 dependency ${one}` : `${count.toLocaleString('en')} dependencies ${many}`;
  return [`${what} not looked up.`];
}
