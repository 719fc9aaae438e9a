import { compareVersions } from '../../advisories/versions/compare-versions.ts';
import type { Dependency } from '../../facts.ts';
import type { RawFinding } from '../../finding.ts';
import { packageKey } from './look-up-packages.ts';
import type { PackageState } from './registry.ts';
import { majorsBehind } from './release-versions.ts';

type Used = Dependency & { version: string };

const FAR_BEHIND = 3;

/**
 * Creates one finding per package that is behind, however many manifests request it, and one per version that is
 * deprecated or withdrawn.
 */
export function freshnessFindings(
  direct: readonly Dependency[],
  states: ReadonlyMap<string, PackageState | null>,
): RawFinding[] {
  const behind = new Map<string, { places: Used[]; latest: string }>();
  const discouraged = new Map<string, { places: Used[]; state: PackageState }>();
  for (const dependency of direct) {
    const { ecosystem, name, version, scope } = dependency;
    const state = states.get(packageKey(dependency));
    if (version === null || state === undefined || state === null) continue;
    const used = { ...dependency, version };
    if (state.deprecated !== null || state.yanked) {
      const group = discouraged.get(packageKey(dependency)) ?? { places: [], state };
      group.places.push(used);
      discouraged.set(packageKey(dependency), group);
    }
    if (scope !== 'runtime' || state.latest === null || majorsBehind(version, state.latest) === 0) continue;
    const key = `${ecosystem} ${name}`;
    const group = behind.get(key) ?? { places: [], latest: state.latest };
    group.places.push(used);
    behind.set(key, group);
  }
  return [
    ...[...behind.values()].flatMap(({ places, latest }) => behindFinding(places, latest) ?? []),
    ...[...discouraged.values()].flatMap(({ places, state }) => discouragedFinding(places, state) ?? []),
  ];
}

function behindFinding(places: readonly Used[], latest: string): RawFinding | undefined {
  const [oldest] = [...places].sort((a, b) => compareVersions(a.ecosystem, a.version, b.version) ?? 0);
  if (oldest === undefined) return undefined;
  const { ecosystem, name, version } = oldest;
  const majors = majorsBehind(version, latest);
  const count = majors === 1 ? 'one major version' : `${majors} major versions`;
  return {
    rule: 'freshness/major-behind',
    severity: majors >= FAR_BEHIND ? 'medium' : 'low',
    title: `${name} ${version} is ${count} behind ${latest}`.slice(0, 200),
    message: `${name} is used in version ${version}; ${latest} is the newest one.${elsewhere(places, oldest)} Old majors stop getting fixes, and each one that is skipped makes the step larger.`,
    ...placeOf(oldest),
    package: { name, version, ecosystem },
    fix: `Read what changed up to ${latest} and update, one major version at a time where there are several.`,
    identity: `${ecosystem} ${name}`,
  };
}

function discouragedFinding(
  places: readonly Used[],
  { deprecated, yanked, latest }: PackageState,
): RawFinding | undefined {
  const [first] = [...places].sort((a, b) => Number(b.scope === 'runtime') - Number(a.scope === 'runtime'));
  if (first === undefined) return undefined;
  const { ecosystem, name, version, scope } = first;
  const what = yanked ? 'was taken back by its authors' : 'is deprecated';
  const other = latest !== null && latest !== version;
  return {
    rule: 'freshness/deprecated',
    severity: scope === 'runtime' ? 'medium' : 'low',
    title: `${name} ${version} ${what}`.slice(0, 200),
    message: `The registry says that ${name} ${version} ${what}.${deprecated === null ? '' : ` ${deprecated.replace(/[^.!?]$/, '$&.')}`}${elsewhere(places, first)}`,
    ...placeOf(first),
    package: { name, version, ecosystem },
    fix: other ? `Use ${latest} if that one is fine, or else another package.` : 'Replace it by another package.',
    identity: `${ecosystem} ${name} ${version}`,
  };
}

const placeOf = ({ manifest, line }: Used): Pick<RawFinding, 'path' | 'start_line' | 'end_line'> => ({
  path: manifest,
  start_line: line,
  end_line: line,
});

function elsewhere(places: readonly Used[], { manifest }: Used): string {
  const others = [...new Set(places.map((place) => place.manifest))].filter((one) => one !== manifest);
  if (others.length === 0) return '';
  return ` Also in ${others.slice(0, 3).join(', ')}${others.length > 3 ? ` and ${others.length - 3} more` : ''}.`;
}
