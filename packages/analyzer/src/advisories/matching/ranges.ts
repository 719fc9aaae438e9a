import type { RangeEvent } from '../osv/advisory-record.ts';
import type { VersionScheme } from '../versions/version-scheme.ts';

/** A version range with parsed versions; its events are sorted by version. */
export interface ParsedRange {
  /** Events of the range. A null version stands for `0`, which sorts before every other version. */
  events: readonly { kind: RangeEvent[0]; version: unknown }[];
  /** Versions of `limit` events, below which the range applies; an empty list means that the range has no upper limit. */
  limits: readonly unknown[];
}

/**
 * Parses an OSV range. Returns null if a version cannot be parsed or no event is `introduced`, because such a range has
 * no meaning.
 */
export function parseRange(versions: VersionScheme, range: readonly RangeEvent[]): ParsedRange | null {
  const events: { kind: RangeEvent[0]; version: unknown }[] = [];
  const limits: unknown[] = [];
  for (const [kind, text] of range) {
    if (kind === 'limit' && text.includes('*'))
      return parseRange(
        versions,
        range.filter((event) => event[0] !== 'limit'),
      );
    if (kind === 'introduced' && text === '0') events.push({ kind, version: null });
    else {
      const version = versions.parse(text);
      if (version === null) return null;
      if (kind === 'limit') limits.push(version);
      else events.push({ kind, version });
    }
  }
  if (!events.some(({ kind }) => kind === 'introduced')) return null;
  // `sort` is stable, so range events at the same version keep the order of the database.
  events.sort((a, b) => {
    if (a.version === null || b.version === null) return Number(b.version === null) - Number(a.version === null);
    return versions.compare(a.version, b.version);
  });
  return { events, limits };
}

/** Evaluates OSV ranges: https://ossf.github.io/osv-schema/#evaluation */
export function isInRanges(versions: VersionScheme, ranges: readonly ParsedRange[], version: unknown): boolean {
  return ranges.some((range) => isInRange(versions, range, version));
}

function isInRange(versions: VersionScheme, { events, limits }: ParsedRange, version: unknown): boolean {
  if (limits.length > 0 && !limits.some((limit) => versions.compare(version, limit) < 0)) return false;
  let affected = false;
  for (const event of events) {
    const order = event.version === null ? 1 : versions.compare(version, event.version);
    if (event.kind === 'introduced' && order >= 0) affected = true;
    else if (event.kind === 'fixed' && order >= 0) affected = false;
    else if (event.kind === 'last_affected' && order > 0) affected = false;
  }
  return affected;
}
