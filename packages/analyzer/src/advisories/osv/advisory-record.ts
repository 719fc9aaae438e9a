/** An event of an OSV range: a version at which a package becomes affected or stops being affected. */
export type RangeEvent = readonly [kind: 'introduced' | 'fixed' | 'last_affected' | 'limit', version: string];

/** The content of one OSV record about one package, reduced to what matching needs. */
export interface PackageRecord {
  id: string;
  /** Time of the record's last change as in RFC 3339. If two records have the same id, the later one is used. */
  modified: string;
  withdrawn: boolean;
  /** Other ids of the vulnerability that the record describes. */
  aliases: readonly string[];
  /** Summary of the vulnerability in one line; may be empty. */
  summary: string;
  /** CVSS score, 0 to 10; null if the record has no valid vector. */
  score: number | null;
  /** `CRITICAL`, `HIGH`, `MODERATE` or `LOW`; null if the record has no label. */
  label: string | null;
  ranges: readonly (readonly RangeEvent[])[];
  /** Affected versions that the record lists and that are in none of its ranges. */
  versions: readonly string[];
}

/** A record with the packages that it affects. */
export interface AdvisoryRecord {
  id: string;
  modified: string;
  /** Names of all ecosystems that the record affects, also of unsupported ones, without the suffix after a colon. */
  ecosystems: ReadonlySet<string>;
  /** Affected packages with their part of the record; `name` is normalized for the ecosystem. */
  packages: readonly { ecosystem: string; name: string; record: PackageRecord }[];
  /** Number of ranges that were skipped because their versions cannot be parsed. */
  unreadableRanges: number;
}
