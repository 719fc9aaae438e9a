import type { Advisory } from '../advisory-source.ts';
import { type Ecosystem, isCommit, parseInstalledVersion } from '../ecosystems.ts';
import type { PackageRecord } from '../osv/advisory-record.ts';
import { mergeAliases } from './merge-aliases.ts';
import { isInRanges, type ParsedRange, parseRange } from './ranges.ts';

/** A record that affects the version in question. */
export interface Match {
  record: PackageRecord;
  ranges: readonly ParsedRange[];
}

/**
 * Returns the advisories that affect one version of a package, sorted by id.
 * @param version as the repository states it
 * @param records all advisory records of this package
 */
export function matchPackage(ecosystem: Ecosystem, version: string, records: readonly PackageRecord[]): Advisory[] {
  const used = parseInstalledVersion(ecosystem, version);
  const matches: Match[] = [];
  for (const record of records) {
    if (record.withdrawn) continue;
    const ranges = record.ranges.flatMap((range) => parseRange(ecosystem.versions, range) ?? []);
    if (isAffected(ecosystem, { record, ranges }, version, used)) matches.push({ record, ranges });
  }
  return mergeAliases(matches.map(({ record }) => record))
    .map(({ records: same, ...advisory }) => {
      const group = matches.filter(({ record }) => same.has(record));
      return { ...advisory, fixedIn: fixedIn(ecosystem, group, version, used) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Returns whether a record affects a version, by its ranges or by its list of versions.
 * @param version as written
 * @param read the parsed version; null if it cannot be parsed, so that only a record's list of versions can name it
 */
function isAffected({ versions }: Ecosystem, { record, ranges }: Match, version: string, read: unknown): boolean {
  if (read !== null && isInRanges(versions, ranges, read)) return true;
  return record.versions.some((listed) => {
    if (listed === version) return !isCommit(version);
    const parsed = read === null ? null : versions.parse(listed);
    return parsed !== null && versions.compare(parsed, read) === 0;
  });
}

/** Returns the lowest version above the one in use that none of the records affects; null if no record names one. */
function fixedIn(ecosystem: Ecosystem, group: readonly Match[], version: string, used: unknown): string | null {
  if (used === null) return null;
  const { versions } = ecosystem;
  let lowest: { text: string; read: unknown } | null = null;
  for (const [kind, text] of group.flatMap(({ record }) => record.ranges.flat())) {
    if (kind !== 'fixed') continue;
    const read = versions.parse(text);
    if (read === null || versions.compare(read, used) <= 0) continue;
    if (lowest !== null && versions.compare(lowest.read, read) <= 0) continue;
    if (!group.some((match) => isAffected(ecosystem, match, text, read))) lowest = { text, read };
  }
  if (lowest === null) return null;
  // Go versions begin with `v`, but Go's advisories omit it.
  return /^v\d/.test(version) && /^\d/.test(lowest.text) ? `v${lowest.text}` : lowest.text;
}
