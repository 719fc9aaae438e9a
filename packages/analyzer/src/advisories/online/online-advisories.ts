import { join } from 'node:path';
import { AnalysisError } from '../../errors.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import type { Advisory, AdvisorySource, PackageVersion } from '../advisory-source.ts';
import { type Ecosystem, ecosystemOf } from '../ecosystems.ts';
import { matchPackage } from '../matching/match-package.ts';
import type { AdvisoryRecord } from '../osv/advisory-record.ts';
import { readRecord } from '../osv/read-record.ts';
import { OsvApi, type OsvApiOptions, type Query } from './osv-api.ts';
import { openRecordCache, type RecordCache } from './record-cache.ts';

export interface OnlineAdvisoriesOptions extends OsvApiOptions {
  /** Private folder in which records are cached; null fetches them every time. */
  cacheFolder: string | null;
  now: Date;
}

/** A package version to look up, once for all dependencies that use it. */
interface Question extends PackageVersion {
  known: Ecosystem;
  /** Modification time of each record, by the record's id. */
  records: Map<string, string>;
}

const BATCH = 1000;
const BATCHES_AT_ONCE = 4;
const RECORDS_AT_ONCE = 10;
/** Maximum number of pages of one query; the API returns 50 to 1,000 records per page. */
const MOST_PAGES = 100;
const MOST_RECORDS = 50_000;

/**
 * Advisories from the OSV API. The API says which records are relevant; this package decides whether a record affects a
 * version, with the same rules as offline, because the API compares versions that it cannot parse loosely.
 */
export function onlineAdvisories({ cacheFolder, now, ...options }: OnlineAdvisoriesOptions): AdvisorySource {
  const api = new OsvApi(options);
  const cache = cacheFolder === null ? null : openRecordCache(join(cacheFolder, 'osv-records'));
  const day = now.toISOString().slice(0, 10);
  return {
    // The key changes daily because new advisories are published all the time.
    key: `online ${options.url} ${day}`,
    notes: [`Advisories: ${options.url}, asked on ${day}`],
    covers: (ecosystem) => ecosystemOf(ecosystem) !== undefined,
    async find(packages, signal) {
      const questions = new Map<string, Question>();
      for (const { ecosystem, name, version } of packages) {
        const known = ecosystemOf(ecosystem);
        if (known !== undefined) questions.set(keyOf(ecosystem, name, version), newQuestion(known, name, version));
      }
      await askAll(api, [...questions.values()], signal);
      const records = await fetchRecords(api, cache, [...questions.values()], signal);
      const answers = new Map([...questions].map(([key, question]) => [key, answer(question, records)]));
      return packages.map(({ ecosystem, name, version }) => answers.get(keyOf(ecosystem, name, version)) ?? []);
    },
  };
}

const keyOf = (...parts: string[]): string => parts.join('\n');

const newQuestion = (known: Ecosystem, name: string, version: string): Question => ({
  ecosystem: known.name,
  name,
  version,
  known,
  records: new Map(),
});

async function askAll(api: OsvApi, questions: readonly Question[], signal: AbortSignal): Promise<void> {
  let asked: { question: Question; token?: string }[] = questions.map((question) => ({ question }));
  for (let page = 1; asked.length > 0; page += 1) {
    if (page > MOST_PAGES) {
      throw new AnalysisError('advisories.bad_answer', `The OSV API has no last page of ${asked[0]?.question.name}.`);
    }
    const batches = Array.from({ length: Math.ceil(asked.length / BATCH) }, (_, index) =>
      asked.slice(index * BATCH, (index + 1) * BATCH),
    );
    const next = await mapConcurrently(batches, BATCHES_AT_ONCE, async (batch) => {
      const answers = await api.queryBatch(batch.map(toQuery), signal);
      return batch.flatMap(({ question }, index) => {
        const { vulns = [], next_page_token: token } = answers[index] ?? {};
        for (const { id, modified = '' } of vulns) question.records.set(id, modified);
        return token === undefined || token === '' ? [] : [{ question, token }];
      });
    });
    asked = next.flat();
  }
}

function toQuery({ question: { known, name, version }, token }: { question: Question; token?: string }): Query {
  return {
    package: { ecosystem: known.name, name: known.name === 'NuGet' ? name : known.normalName(name) },
    // For actions, ask without a version: `v4` is a moving tag, and only the records tell which releases are affected.
    ...(known.name !== 'GitHub Actions' && { version: known.name === 'Go' ? version.replace(/^v/, '') : version }),
    ...(token !== undefined && { page_token: token }),
  };
}

async function fetchRecords(
  api: OsvApi,
  cache: RecordCache | null,
  questions: readonly Question[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, AdvisoryRecord>> {
  const wanted = new Map(questions.flatMap(({ records }) => [...records]));
  if (wanted.size > MOST_RECORDS) {
    throw new AnalysisError('advisories.bad_answer', `The OSV API names more than ${MOST_RECORDS} advisories.`);
  }
  const records = new Map<string, AdvisoryRecord>();
  await mapConcurrently([...wanted], RECORDS_AT_ONCE, async ([id, modified]) => {
    // Without a modification time an outdated cached record cannot be recognized.
    const keeps = modified === '' ? null : cache;
    const kept = await keeps?.get(id, modified);
    const value = kept ?? (await api.getRecord(id, signal));
    if (value === undefined) return;
    const record = readRecord(value);
    if (record === null) {
      throw new AnalysisError('advisories.bad_answer', `What the OSV API says of ${id} is no OSV record.`);
    }
    records.set(id, record);
    if (kept === undefined) await keeps?.set(id, modified, value);
  });
  await cache?.trim();
  return records;
}

function answer({ known, name, version, records }: Question, all: ReadonlyMap<string, AdvisoryRecord>): Advisory[] {
  const normal = known.normalName(name);
  const told = [...records.keys()].flatMap((id) => {
    const record = all.get(id);
    const own = record?.packages.find((one) => one.ecosystem === known.name && one.name === normal)?.record;
    if (record === undefined || own === undefined) return [];
    // If this package cannot parse a record's ranges, trust the API that the version is affected.
    return [record.unreadableRanges > 0 ? { ...own, versions: [...own.versions, version] } : own];
  });
  return matchPackage(known, version, told);
}
