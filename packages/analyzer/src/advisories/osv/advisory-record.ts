/** A change on the line of a package's versions. */
export type RangeEvent = readonly [kind: 'introduced' | 'fixed' | 'last_affected' | 'limit', version: string];

/** What one OSV record says against one package: all that matching needs. */
export interface PackageRecord {
  id: string;
  /** RFC 3339. Of two records with one id the later one holds. */
  modified: string;
  withdrawn: boolean;
  /** Other ids of the same fault. */
  aliases: readonly string[];
  /** One line; may be empty. */
  summary: string;
  /** CVSS, 0 to 10; null where the record has no vector that can be read. */
  score: number | null;
  /** `CRITICAL`, `HIGH`, `MODERATE`, `LOW`. */
  label: string | null;
  ranges: readonly (readonly RangeEvent[])[];
  /** Affected ones that are in none of the ranges. */
  versions: readonly string[];
}

/** A record with the packages it affects. */
export interface AdvisoryRecord {
  id: string;
  modified: string;
  /** Base names of all ecosystems it affects, also those that are not known here. */
  ecosystems: ReadonlySet<string>;
  packages: readonly { ecosystem: string /** Normal. */; name: string; record: PackageRecord }[];
  /** Ranges that were left out, as their versions cannot be read. */
  unreadableRanges: number;
}
