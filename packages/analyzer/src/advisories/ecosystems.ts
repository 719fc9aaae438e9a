import { versionSchemes } from './versions/compare-versions.ts';
import type { VersionScheme } from './versions/version-scheme.ts';

/** An ecosystem whose advisories can be matched. */
export interface Ecosystem {
  /** As OSV names it: https://ossf.github.io/osv-schema/#defined-ecosystems */
  name: string;
  versions: VersionScheme;
  /** Names that its registry takes for the same package give the same. */
  normalName(name: string): string;
}

const asWritten = (name: string): string => name;
const lowerCase = (name: string): string => name.toLowerCase();

const normalNames: Readonly<Record<string, (name: string) => string>> = {
  // https://packaging.python.org/en/latest/specifications/name-normalization/
  PyPI: (name) => name.toLowerCase().replace(/[-_.]+/g, '-'),
  // https://doc.rust-lang.org/cargo/reference/registry-index.html#name-restrictions
  'crates.io': (name) => name.toLowerCase().replaceAll('_', '-'),
  NuGet: lowerCase,
  Packagist: lowerCase,
  'GitHub Actions': lowerCase,
};

const ecosystems: ReadonlyMap<string, Ecosystem> = new Map(
  Object.entries(versionSchemes).map(([name, versions]) => [
    name,
    { name, versions, normalName: normalNames[name] ?? asWritten },
  ]),
);

/** Undefined for one that is not known here. What stands behind a colon names a release or another registry: `Maven:https://…`. */
export function ecosystemOf(name: string): Ecosystem | undefined {
  return ecosystems.get(name.split(':', 1)[0] ?? '');
}

/** A commit, as dependencies from git repositories have for a version. */
export const isCommit = (version: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(version);

/** As a repository states it; null for what no advisory can be compared with: no version of the ecosystem, a commit, a branch. */
export const readUsed = ({ versions }: Ecosystem, version: string): unknown =>
  isCommit(version) ? null : (versions.parseUsed ?? versions.parse)(version);

export const isComparable = (ecosystem: Ecosystem, version: string): boolean => readUsed(ecosystem, version) !== null;
