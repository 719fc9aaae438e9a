import { versionSchemes } from './versions/compare-versions.ts';
import type { VersionScheme } from './versions/version-scheme.ts';

/** An ecosystem whose advisories this package can match with versions. */
export interface Ecosystem {
  /** OSV's name of the ecosystem: https://ossf.github.io/osv-schema/#defined-ecosystems */
  name: string;
  versions: VersionScheme;
  /** Normalizes a package name: spellings that the registry treats as the same package return the same text. */
  normalName(name: string): string;
}

const asWritten = (name: string): string => name;
const lowerCase = (name: string): string => name.toLowerCase();

const normalNames: Readonly<Record<string, (name: string) => string>> = {
  // Rules for normalizing names of Python packages: https://packaging.python.org/en/latest/specifications/name-normalization/
  PyPI: (name) => name.toLowerCase().replace(/[-_.]+/g, '-'),
  // Rules for names of Rust crates: https://doc.rust-lang.org/cargo/reference/registry-index.html#name-restrictions
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

/**
 * Finds an ecosystem by its OSV name. The suffix after a colon names a release or another registry and is ignored
 * (`Maven:https://…`). Returns undefined if the ecosystem is not supported.
 */
export function ecosystemOf(name: string): Ecosystem | undefined {
  return ecosystems.get(name.split(':', 1)[0] ?? '');
}

/** Tells a commit hash from a version: dependencies from git repositories have a commit instead of a version. */
export const isCommit = (version: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(version);

/**
 * Parses the version that a repository uses. Returns null for a commit, a branch, or text that is no version of the
 * ecosystem, because no advisory range can be compared with these.
 */
export const parseInstalledVersion = ({ versions }: Ecosystem, version: string): unknown =>
  isCommit(version) ? null : (versions.parseUsed ?? versions.parse)(version);

export const isComparable = (ecosystem: Ecosystem, version: string): boolean =>
  parseInstalledVersion(ecosystem, version) !== null;
