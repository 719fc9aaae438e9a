import type { Finding, FindingState, Severity } from '@commandcenter/analyzer';
import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { jsonText } from '../../database/json-text.ts';
import { type Page, type PageRequest, pageOf } from '../../database/page.ts';

/** Most findings that are stored of an analysis. */
export const MOST_FINDINGS = 20_000;

const BATCH = 1000;
const rank: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3 };

/** Returns the findings that are stored, most severe first, numbered in this order. */
export function keptFindings(findings: readonly Finding[]): Finding[] {
  return findings
    .toSorted((left, right) => rank[left.severity] - rank[right.severity])
    .slice(0, MOST_FINDINGS)
    .map((finding, index) => ({ ...finding, id: index + 1 }));
}

export async function insertFindings(trx: Transaction, jobId: number, findings: readonly Finding[]): Promise<void> {
  for (let start = 0; start < findings.length; start += BATCH) {
    await sql`
      insert into analysis_findings (job_id, id, fingerprint, engine, rule, severity, state, data)
      select ${jobId}, (data ->> 'id')::integer, data ->> 'fingerprint', data ->> 'engine', data ->> 'rule', data ->> 'severity',
        data ->> 'state', data
      from jsonb_array_elements(${jsonText(findings.slice(start, start + BATCH))}::jsonb) as x(data)`.execute(trx);
  }
}

export interface FindingFilter {
  state?: FindingState | undefined;
  severity?: Severity | undefined;
  engine?: string | undefined;
  rule?: string | undefined;
}

/** Lists the findings of an analysis that pass the filter, most severe first. */
export async function listFindings(
  db: Database,
  jobId: number,
  { state, severity, engine, rule }: FindingFilter,
  page: PageRequest,
): Promise<Page<Finding>> {
  let query = db.selectFrom('analysis_findings').select(['data']).where('job_id', '=', jobId);
  if (state !== undefined) query = query.where('state', '=', state);
  if (severity !== undefined) query = query.where('severity', '=', severity);
  if (engine !== undefined) query = query.where('engine', '=', engine);
  if (rule !== undefined) query = query.where('rule', '=', rule);
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  const rows = await query
    .orderBy('id')
    .limit(page.limit + 1)
    .$castTo<{ data: Finding }>()
    .execute();
  return pageOf(
    rows.map(({ data }) => data),
    page.limit,
  );
}
