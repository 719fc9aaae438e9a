import { cvssScore } from '../cvss.ts';
import { type Ecosystem, ecosystemOf } from '../ecosystems.ts';
import { isInRanges, parseRange } from '../matching/ranges.ts';
import type { AdvisoryRecord, PackageRecord, RangeEvent } from './advisory-record.ts';
import { asOsvRecord, type OsvRecord } from './schema.ts';

type Affected = NonNullable<OsvRecord['affected']>[number];

/** Converts an OSV record to what matching needs; returns null if the value is not an OSV record. */
export function readRecord(value: unknown): AdvisoryRecord | null {
  const record = asOsvRecord(value);
  if (record === null) return null;
  const ecosystems = new Set<string>();
  const byPackage = new Map<string, { ecosystem: Ecosystem; name: string; affected: Affected[] }>();
  for (const affected of record.affected ?? []) {
    if (affected.package === null || affected.package === undefined) continue;
    const ecosystem = ecosystemOf(affected.package.ecosystem);
    ecosystems.add(ecosystem?.name ?? affected.package.ecosystem.split(':', 1)[0] ?? '');
    if (ecosystem === undefined) continue;
    const name = ecosystem.normalName(affected.package.name);
    const key = `${ecosystem.name}\n${name}`;
    const entry = byPackage.get(key);
    if (entry === undefined) byPackage.set(key, { ecosystem, name, affected: [affected] });
    else entry.affected.push(affected);
  }
  let unreadableRanges = 0;
  const packages = [...byPackage.values()].map(({ ecosystem, name, affected }) => {
    const { ranges, versions, unreadable } = readAffected(ecosystem, affected);
    unreadableRanges += unreadable;
    return { ecosystem: ecosystem.name, name, record: { ...described(record, affected), ranges, versions } };
  });
  return { id: record.id, modified: record.modified, ecosystems, packages, unreadableRanges };
}

function described(record: OsvRecord, affected: readonly Affected[]): Omit<PackageRecord, 'ranges' | 'versions'> {
  const severities = [record, ...affected].flatMap(({ severity }) => severity ?? []);
  return {
    id: record.id,
    modified: record.modified,
    withdrawn: typeof record.withdrawn === 'string' && record.withdrawn !== '',
    aliases: (record.aliases ?? []).filter((alias) => alias !== record.id && /^[\w.:+-]{1,128}$/.test(alias)),
    summary: summaryOf(record),
    score: highestScore(severities),
    label: labelOf(record, affected),
  };
}

/** Uses CVSS 2 only if there is no newer vector, because CVSS 2 models neither scope nor attack requirements. */
function highestScore(severities: readonly { type: string; score: string }[]): number | null {
  const scores = (type: RegExp): number[] =>
    severities.filter((severity) => type.test(severity.type)).flatMap(({ score }) => cvssScore(score) ?? []);
  const newer = scores(/^CVSS_V[34]$/);
  const all = newer.length > 0 ? newer : scores(/^CVSS_V2$/);
  return all.length === 0 ? null : Math.max(...all);
}

const labels: Readonly<Record<string, string>> = {
  CRITICAL: 'CRITICAL',
  HIGH: 'HIGH',
  MODERATE: 'MODERATE',
  MEDIUM: 'MODERATE',
  LOW: 'LOW',
};

function labelOf(record: OsvRecord, affected: readonly Affected[]): string | null {
  for (const { database_specific: specific } of [record, ...affected]) {
    const severity = ownText(specific, 'severity');
    const label = severity === undefined ? undefined : labels[severity.toUpperCase()];
    if (label !== undefined) return label;
    // RustSec's informational notices (an unmaintained crate, for example) are not vulnerabilities and have no
    // severity.
    if (ownText(specific, 'informational') !== undefined) return 'LOW';
  }
  return null;
}

function ownText(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const text: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
  return typeof text === 'string' ? text : undefined;
}

const maxSummaryLength = 300;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds the control characters to replace
const controls = /[\u0000-\u001f\u007f-\u009f]+/g;

/** Returns the summary, or else the first line of the details that is not a heading. */
function summaryOf({ summary, details }: OsvRecord): string {
  const line =
    summary?.trim() ||
    details
      ?.slice(0, 10_000)
      .split('\n')
      .find((text) => /^\s*[^#\s]/.test(text));
  const text = (line ?? '').replace(controls, ' ').trim();
  return text.length <= maxSummaryLength ? text : `${text.slice(0, maxSummaryLength - 1)}…`;
}

function readAffected(
  ecosystem: Ecosystem,
  affected: readonly Affected[],
): Pick<PackageRecord, 'ranges' | 'versions'> & { unreadable: number } {
  const ranges: RangeEvent[][] = [];
  const read = [];
  let unreadable = 0;
  for (const { type, events } of affected.flatMap((one) => one.ranges ?? [])) {
    // Skip ranges of git commits, because evaluating them would need the history of the repository.
    if (type !== 'SEMVER' && type !== 'ECOSYSTEM') continue;
    const range = (events ?? []).flatMap(toRangeEvents);
    const readable = parseRange(ecosystem.versions, range);
    if (readable === null) unreadable += 1;
    else {
      ranges.push(range);
      read.push(readable);
    }
  }
  // Databases list every affected version in addition to the ranges: often thousands, and nearly always the same ones.
  // Keep only those outside the ranges.
  const versions = new Set<string>();
  for (const version of affected.flatMap((one) => one.versions ?? [])) {
    const parsed = ecosystem.versions.parse(version);
    if (parsed === null || !isInRanges(ecosystem.versions, read, parsed)) versions.add(version);
  }
  return { ranges, versions: [...versions], unreadable };
}

const kinds = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

const toRangeEvents = (event: { [Kind in (typeof kinds)[number]]?: string }): RangeEvent[] =>
  kinds.flatMap((kind) => {
    const version = event[kind];
    return version === undefined ? [] : [[kind, version] as const];
  });
