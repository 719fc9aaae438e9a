import type { Advisory } from '../advisory-source.ts';
import type { PackageRecord } from '../osv/advisory-record.ts';

/** An advisory that was merged from records of the same vulnerability, before its fixed version is known. */
export interface MergedAdvisory extends Omit<Advisory, 'fixedIn'> {
  records: ReadonlySet<PackageRecord>;
}

/**
 * Merges records that share an id or an alias, directly or through other records, into one advisory: they describe the
 * same vulnerability.
 */
export function mergeAliases(records: readonly PackageRecord[]): MergedAdvisory[] {
  const groups: { ids: Set<string>; records: Set<PackageRecord> }[] = [];
  for (const record of records) {
    const ids = new Set([record.id, ...record.aliases]);
    const same = new Set([record]);
    // Merge every existing group that shares an id with this record.
    for (let index = groups.length - 1; index >= 0; index -= 1) {
      const group = groups[index];
      if (group === undefined || group.ids.isDisjointFrom(ids)) continue;
      for (const id of group.ids) ids.add(id);
      for (const other of group.records) same.add(other);
      groups.splice(index, 1);
    }
    groups.push({ ids, records: same });
  }
  return groups.map(toAdvisory);
}

function toAdvisory({
  ids,
  records,
}: {
  ids: ReadonlySet<string>;
  records: ReadonlySet<PackageRecord>;
}): MergedAdvisory {
  const aliases = [...ids].sort();
  // Prefer the text of GitHub's advisories, which is written for readers; other databases copy it or the CVE
  // description.
  const preferred = [...records].sort((a, b) => rank(a.id) - rank(b.id) || (a.id < b.id ? -1 : 1));
  const scores = preferred.flatMap(({ score }) => score ?? []);
  const own = preferred[0]?.id ?? '';
  return {
    id: aliases.find((id) => id.startsWith('MAL-')) ?? aliases.find(isCve) ?? aliases.find(isGhsa) ?? own,
    aliases,
    summary: preferred.find(({ summary }) => summary !== '')?.summary ?? '',
    score: scores.length === 0 ? null : Math.max(...scores),
    label: labels.find((label) => preferred.some((record) => record.label === label)) ?? null,
    malicious: aliases.some((id) => id.startsWith('MAL-')),
    url: isGhsa(own) ? `https://github.com/advisories/${own}` : `https://osv.dev/vulnerability/${own}`,
    records,
  };
}

const labels = ['CRITICAL', 'HIGH', 'MODERATE', 'LOW'];
const isCve = (id: string): boolean => id.startsWith('CVE-');
const isGhsa = (id: string): boolean => id.startsWith('GHSA-');
const rank = (id: string): number => (id.startsWith('MAL-') ? 0 : isGhsa(id) ? 1 : 2);
