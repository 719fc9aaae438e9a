import type { Database, Transaction } from '../../database/database.ts';

/** Returns the nonce with which the links to the job's report are signed; null when the job has no link or does not exist. */
export async function findReportLinkNonce(db: Database, jobId: number): Promise<string | null> {
  const job = await db.selectFrom('jobs').select('report_link_nonce').where('id', '=', jobId).executeTakeFirst();
  return job?.report_link_nonce ?? null;
}

/** Sets the nonce of the job's report links. With null no link opens the report. */
export async function setReportLinkNonce(trx: Transaction, jobId: number, nonce: string | null): Promise<void> {
  await trx.updateTable('jobs').set({ report_link_nonce: nonce }).where('id', '=', jobId).execute();
}

/** Revokes all links to the job's report. Returns true when there was a link. */
export async function deleteReportLinkNonce(trx: Transaction, jobId: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('jobs')
    .set({ report_link_nonce: null })
    .where('id', '=', jobId)
    .where('report_link_nonce', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Gives the job's report a link with this nonce, unless it already has a link. Returns the nonce that is then valid, and whether it is
 * the given one.
 */
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
