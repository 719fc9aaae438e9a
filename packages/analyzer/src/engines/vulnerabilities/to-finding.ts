import type { Advisory } from '../../advisories/advisory-source.ts';
import type { Dependency } from '../../facts.ts';
import type { RawFinding } from '../../finding.ts';
import { type Severity, severities } from '../../severity.ts';

/** A dependency with a known version. */
export type ResolvedDependency = Dependency & { version: string };

const maxTitleLength = 200;

export function toFinding(dependency: ResolvedDependency, advisory: Advisory): RawFinding {
  const { ecosystem, name, version, manifest, line } = dependency;
  return {
    rule: `vulnerabilities/${advisory.id}`,
    severity: severityOf(advisory, dependency.scope),
    title: titleOf(dependency, advisory),
    message: messageOf(dependency, advisory),
    path: manifest,
    start_line: line,
    end_line: line,
    package: { name, version, ecosystem, ...(advisory.fixedIn !== null && { fixed_in: advisory.fixedIn }) },
    fix: fixOf(dependency, advisory),
    url: advisory.url,
    // The identity has no version, so that an upgrade without a fix keeps the finding.
    identity: `${ecosystem} ${name} ${advisory.id}`,
  };
}

/** Builds the finding's title. Only the advisory's summary is shortened, so that package and id remain visible. */
function titleOf({ name, version }: ResolvedDependency, { id, summary, malicious }: Advisory): string {
  const begin = `${name} ${version}: `;
  const end = ` (${id})`;
  const what = summary || (malicious ? 'Malicious package' : 'Known vulnerability');
  const room = Math.max(0, maxTitleLength - begin.length - end.length);
  const shortened = what.length <= room ? what : `${what.slice(0, Math.max(0, room - 1))}…`;
  return `${begin}${shortened}${end}`.slice(0, maxTitleLength);
}

function messageOf(dependency: ResolvedDependency, { id, aliases, summary, score, malicious }: Advisory): string {
  const others = aliases.filter((alias) => alias !== id);
  return [
    sentence(summary),
    malicious ? 'The package itself is malicious: what it was installed to do may already have been done.' : '',
    score === null ? '' : `CVSS ${score.toFixed(1)}.`,
    others.length === 0 ? '' : `Also known as ${others.join(', ')}.`,
    describePath(dependency),
  ]
    .filter((text) => text !== '')
    .join(' ');
}

const sentence = (text: string): string => (text === '' || /[.!?…]$/.test(text) ? text : `${text}.`);

function describePath({ name, direct, scope, via }: ResolvedDependency): string {
  const how = scope === 'development' ? 'a development dependency' : 'a dependency';
  if (direct) return `${name} is ${how} of the repository itself.`;
  return via.length === 0
    ? `${name} is ${how} of what the repository depends on.`
    : `It comes in as ${how}: ${[...via, name].join(' > ')}.`;
}

function fixOf({ name, version, manifest, direct, via }: ResolvedDependency, { fixedIn, malicious }: Advisory): string {
  const parent = direct ? undefined : via[0];
  if (malicious) {
    const what = parent === undefined ? name : `${parent}, which brings ${name} in`;
    const safe = fixedIn === null ? '' : ` or use ${fixedIn} or newer`;
    return `Remove ${what}${safe} (${manifest}), and renew every secret that a machine which installed it could read.`;
  }
  if (fixedIn === null) {
    return `There is no fixed version yet: replace ${parent ?? name}, or make sure that the fault cannot be reached.`;
  }
  return parent === undefined
    ? `Upgrade ${name} to ${fixedIn} or newer (${manifest}).`
    : `Upgrade ${parent}, which brings ${name} ${version} in, until ${name} is ${fixedIn} or newer (${manifest}).`;
}

/** CVSS scores that stand for the severity labels of advisories without a score. */
const labelScores: Readonly<Record<string, number>> = { CRITICAL: 9.5, HIGH: 8, MODERATE: 5, LOW: 2 };

/** CVSS score of an advisory of unknown severity. It counts as medium: visible, but not failing the default gate. */
const unknownScore = 5;

/**
 * Returns the severity of an advisory by its CVSS score (https://nvd.nist.gov/vuln-metrics/cvss), one level lower for development
 * dependencies. A malicious package is always critical.
 */
export function severityOf({ malicious, score, label }: Advisory, scope: Dependency['scope']): Severity {
  if (malicious) return 'critical';
  const effectiveScore = score ?? labelScores[label ?? ''] ?? unknownScore;
  const level = effectiveScore >= 9 ? 0 : effectiveScore >= 7 ? 1 : effectiveScore >= 4 ? 2 : 3;
  return severities[Math.min(level + (scope === 'development' ? 1 : 0), severities.length - 1)] ?? 'low';
}
