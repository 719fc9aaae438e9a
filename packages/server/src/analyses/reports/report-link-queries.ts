import type { Database, Transaction } from '../../database/database.ts';

/** Returns the nonce that links to the job's report are signed with, null when it has no link or there is no such job. */
export async function findReportLinkNonce(db: Database, jobId: number): Promise<string | null> {
  const job = await db.selectFrom('jobs').select('report_link_nonce').where('id', '=', jobId).executeTakeFirst();
  return job?.report_link_nonce ?? null;
}

/** Null: no link opens the job's report. */
export async function setReportLinkNonce(trx: Transaction, jobId: number, nonce: string | null): Promise<void> {
  await trx.updateTable('jobs').set({ report_link_nonce: nonce }).where('id', '=', jobId).execute();
}

/** Ends all links to the job's report. Returns whether there was one. */
export async function deleteReportLinkNonce(trx: Transaction, jobId: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('jobs')
    .set({ report_link_nonce: null })
    .where('id', '=', jobId)
    .where('report_link_nonce', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Gives the job a link, unless it has one. Returns the nonce that then holds, and whether it is the given one. */
export async function addReportLinkNonce(
  trx: Transaction,
  jobId: number,
  nonce: string,
): Promise<{ nonce: string; created: boolean }> {
  const job = await trx
    .selectFrom('jobs')
    .select('report_link_nonce')
    .where('id', '=', jobId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (job.report_link_nonce !== null) return { nonce: job.report_link_nonce, created: false };
  await setReportLinkNonce(trx, jobId, nonce);
  return { nonce, created: true };
}
