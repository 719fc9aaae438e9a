import type { Engine, EngineOutcome } from '../../engine.ts';
import type { Dependency, LicenseFacts } from '../../facts.ts';
import type { RawFinding } from '../../finding.ts';
import type { AnalysisPolicy } from '../../policy/policy.ts';
import { isAllowed, isDenied, type LicenseList, readLicenseList } from './license-lists.ts';
import { findRepositoryLicense } from './repository-license.ts';
import { type LicenseExpression, readExpression } from './spdx-expression.ts';

const maxFindings = 2000;

/**
 * Checks the licenses of dependencies, as far as lockfiles state them, against the policy. Nothing is downloaded, so
 * that licenses are unknown in most ecosystems; unknown ones are counted, but no finding.
 */
export const licensesEngine: Engine = {
  name: 'licences',
  version: '1',
  depth: 'standard',
  after: ['dependencies'],
  async run(tree, { policy, signal, outcomeOf }): Promise<EngineOutcome> {
    const own = await findRepositoryLicense(tree, signal);
    const dependencies = outcomeOf('dependencies')?.facts?.dependencies;
    const packages = uniquePackages(dependencies ?? []);
    const lists = { deny: readLicenseList(policy.licences.deny), allow: readLicenseList(policy.licences.allow) };
    const readings = new Map<string, LicenseExpression | null>();
    const readOnce = (licence: string): LicenseExpression | null => {
      const cached = readings.get(licence);
      if (cached !== undefined) return cached;
      const reading = readExpression(licence);
      readings.set(licence, reading);
      return reading;
    };
    const findings: RawFinding[] = own.finding === null ? [] : [own.finding];
    let beyond = 0;
    for (const dependency of packages) {
      const expression = dependency.licence === undefined ? null : readOnce(dependency.licence);
      const finding = expression === null ? null : policyViolation(dependency, expression, lists, policy);
      if (finding === null) continue;
      if (findings.length < maxFindings) findings.push(finding);
      else beyond += 1;
    }

    const licences = countLicenses(packages, readOnce);
    const unknown = licences.find(({ expression }) => expression === 'unknown')?.packages ?? 0;
    const notes = [ownNote(own.expression, own.path)];
    if (unknown > 0) notes.push(`Of ${unknown} packages the repository does not tell the license.`);
    for (const entry of lists.allow.unknown)
      notes.push(`"${entry}" in licences.allow is no SPDX licence: it allows nothing.`);
    const problems: string[] = [];
    if (dependencies === undefined) problems.push('The dependencies are not known: see the engine "dependencies".');
    for (const entry of lists.deny.unknown.slice(0, 3)) {
      problems.push(
        `"${entry}" in licences.deny is no SPDX license, so it denies nothing: mend it (https://spdx.org/licenses).`,
      );
    }
    if (beyond > 0) problems.push(`${beyond} more packages are under licenses that the policy does not want.`);
    return {
      findings,
      ...(dependencies === undefined ? {} : { facts: { licences } }),
      coverage: {
        filesSeen: own.filesSeen,
        skipped: [],
        complete: problems.length === 0,
        ...(problems.length === 0 ? {} : { reason: problems.join(' ') }),
        notes: notes.slice(0, 20),
      },
    };
  },
};

/** Keeps one of several versions of a package with the same license in one lockfile. */
function uniquePackages(dependencies: readonly Dependency[]): Dependency[] {
  const places = new Map<string, Dependency>();
  for (const dependency of dependencies) {
    const { manifest, ecosystem, name, licence = '' } = dependency;
    const key = JSON.stringify([manifest, ecosystem, name, licence]);
    if (!places.has(key)) places.set(key, dependency);
  }
  return [...places.values()];
}

function policyViolation(
  dependency: Dependency,
  { text, tree }: LicenseExpression,
  { deny, allow }: Record<'deny' | 'allow', LicenseList>,
  policy: AnalysisPolicy,
): RawFinding | null {
  const { ecosystem, name, version, manifest, line, direct, via } = dependency;
  const denied = isDenied(tree, deny.licenses);
  if (!denied && (policy.licences.allow.length === 0 || isAllowed(tree, allow.licenses))) return null;
  const what = version === null ? name : `${name} ${version}`;
  const way = direct
    ? 'The repository asks for it itself.'
    : via.length === 0
      ? ''
      : `It comes in by ${via.join(' > ')}.`;
  const says = denied
    ? 'which the policy of this repository denies'
    : 'which is not among the licenses that the policy of this repository allows';
  return {
    rule: denied ? 'licences/denied' : 'licences/not-allowed',
    severity: denied ? 'high' : 'medium',
    title: `${what} is under ${text}`.slice(0, 200),
    message: `${what} (${ecosystem}) is under ${text}, ${says}. ${way}`.trim(),
    path: manifest,
    start_line: line,
    end_line: line,
    ...(version === null ? {} : { package: { name, version, ecosystem } }),
    fix: `Replace ${name}, or ${denied ? 'take its license from licences.deny' : 'add its license to licences.allow'} in .commandcenter.yml if you may use it.`,
    identity: `${ecosystem} ${name} ${text}`,
  };
}

function countLicenses(
  packages: readonly Dependency[],
  read: (licence: string) => LicenseExpression | null,
): LicenseFacts[] {
  const byExpression = new Map<string, Set<string>>();
  for (const { licence, ecosystem, name } of packages) {
    const expression = (licence === undefined ? null : read(licence))?.text ?? 'unknown';
    const names = byExpression.get(expression) ?? new Set();
    byExpression.set(expression, names.add(`${ecosystem} ${name}`));
  }
  return [...byExpression]
    .map(([expression, names]) => ({ expression, packages: names.size }))
    .sort((a, b) => b.packages - a.packages || (a.expression < b.expression ? -1 : 1));
}

function ownNote(expression: string | null, path: string | null): string {
  if (expression !== null) return `The repository itself is under ${expression} (${path}).`;
  return path === null
    ? 'The repository itself names no license.'
    : `The license of the repository itself (${path}) is none of the common ones.`;
}
