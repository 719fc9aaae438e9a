import { AnalysisError } from '../../errors.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import type { Advisory, AdvisorySource } from '../advisory-source.ts';
import { type Ecosystem, ecosystemOf } from '../ecosystems.ts';
import { matchPackage } from '../matching/match-package.ts';
import type { AdvisoryRecord } from '../osv/advisory-record.ts';
import { readRecord } from '../osv/read-record.ts';
import { OsvApi, type OsvApiOptions, type Query } from './osv-api.ts';
import { openRecordCache, type RecordCache } from './record-cache.ts';

export interface OnlineAdvisoriesOptions extends OsvApiOptions {
  /** Private folder in which advisory records are cached; null fetches the records every time. */
  cacheFolder: string | null;
  now: Date;
}

/** A package version to look up, once for all dependencies that use it. */
interface LookUp {
  ecosystem: Ecosystem;
  name: string;
  version: string;
  /** Modification time of each record, by the record's id. */
  records: Map<string, string>;
}

const BATCH_SIZE = 1000;
const CONCURRENT_BATCHES = 4;
const CONCURRENT_RECORDS = 10;
/** Maximum number of pages of one query; the API returns 50 to 1,000 records per page. */
const MAX_PAGES = 100;
const MAX_RECORDS = 50_000;

/**
 * Advisories from the OSV API. The API says which records are relevant; this package decides whether a record affects a
 * version, with the same rules as offline, because the API compares versions that it cannot parse loosely.
 */
export function onlineAdvisories({ cacheFolder, now, ...options }: OnlineAdvisoriesOptions): AdvisorySource {
  const api = new OsvApi(options);
  const day = now.toISOString().slice(0, 10);
  return {
    // The key of this advisory source contains the day, because new advisories are published all the time.
    key: `online ${options.url} ${day}`,
    notes: [`Advisories: ${options.url}, asked on ${day}`],
    covers: (ecosystem) => ecosystemOf(ecosystem) !== undefined,
    async find(packages, signal) {
      const lookUps = new Map<string, LookUp>();
      for (const { ecosystem, name, version } of packages) {
        const supported = ecosystemOf(ecosystem);
        if (supported === undefined) continue;
        lookUps.set(keyOf(ecosystem, name, version), { ecosystem: supported, name, version, records: new Map() });
      }
      await queryAll(api, [...lookUps.values()], signal);
      using cache = cacheFolder === null ? null : openRecordCache(cacheFolder, { now });
      const records = await fetchRecords(api, cache, [...lookUps.values()], signal);
      const results = new Map([...lookUps].map(([key, lookUp]) => [key, matchRecords(lookUp, records)]));
      return packages.map(({ ecosystem, name, version }) => results.get(keyOf(ecosystem, name, version)) ?? []);
    },
  };
}

const keyOf = (...parts: string[]): string => parts.join('\n');

async function queryAll(api: OsvApi, lookUps: readonly LookUp[], signal: AbortSignal): Promise<void> {
  let pending: { lookUp: LookUp; token?: string }[] = lookUps.map((lookUp) => ({ lookUp }));
  for (let page = 1; pending.length > 0; page += 1) {
    if (page > MAX_PAGES) {
      throw new AnalysisError('advisories.bad_answer', `The OSV API has no last page of ${pending[0]?.lookUp.name}.`);
    }
    const batches = Array.from({ length: Math.ceil(pending.length / BATCH_SIZE) }, (_, index) =>
      pending.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
    );
    const next = await mapConcurrently(batches, CONCURRENT_BATCHES, async (batch) => {
      const results = await api.queryBatch(batch.map(toQuery), signal);
      return batch.flatMap(({ lookUp }, index) => {
        const { vulns = [], next_page_token: token } = results[index] ?? {};
        for (const { id, modified = '' } of vulns) lookUp.records.set(id, modified);
        return token === undefined || token === '' ? [] : [{ lookUp, token }];
      });
    });
    pending = next.flat();
  }
}

function toQuery({ lookUp: { ecosystem, name, version }, token }: { lookUp: LookUp; token?: string }): Query {
  return {
    package: { ecosystem: ecosystem.name, name: ecosystem.name === 'NuGet' ? name : ecosystem.normalName(name) },
    // For actions, ask without a version: `v4` is a moving tag, and only the records tell which releases are affected.
    ...(ecosystem.name !== 'GitHub Actions' && {
      version: ecosystem.name === 'Go' ? version.replace(/^v/, '') : version,
    }),
    ...(token !== undefined && { page_token: token }),
  };
}

async function fetchRecords(
  api: OsvApi,
  cache: RecordCache | null,
  lookUps: readonly LookUp[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, AdvisoryRecord>> {
  const wanted = new Map(lookUps.flatMap(({ records }) => [...records]));
  if (wanted.size > MAX_RECORDS) {
    throw new AnalysisError('advisories.bad_answer', `The OSV API names more than ${MAX_RECORDS} advisories.`);
  }
  const records = new Map<string, AdvisoryRecord>();
  await mapConcurrently([...wanted], CONCURRENT_RECORDS, async ([id, modified]) => {
    // Without a modification time an outdated cached record cannot be recognized.
    const keeps = modified === '' ? null : cache;
    const kept = keeps?.get(id, modified);
    const value = kept ?? (await api.getRecord(id, signal));
    if (value === undefined) return;
    const record = readRecord(value);
    if (record === null) {
      throw new AnalysisError('advisories.bad_answer', `What the OSV API says of ${id} is no OSV record.`);
    }
    records.set(id, record);
    if (kept === undefined) keeps?.set(id, modified, value);
  });
  return records;
}

function matchRecords(
  { ecosystem, name, version, records }: LookUp,
  all: ReadonlyMap<string, AdvisoryRecord>,
): Advisory[] {
  const normal = ecosystem.normalName(name);
  const packageRecords = [...records.keys()].flatMap((id) => {
    const record = all.get(id);
    const own = record?.packages.find((one) => one.ecosystem === ecosystem.name && one.name === normal)?.record;
    if (record === undefined || own === undefined) return [];
    // If this package cannot parse a record's ranges, trust the API that the version is affected.
    return [record.unreadableRanges > 0 ? { ...own, versions: [...own.versions, version] } : own];
  });
  return matchPackage(ecosystem, version, packageRecords);
}
