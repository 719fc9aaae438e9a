import type { Readable } from 'node:stream';
import type { Database } from '../../database/database.ts';
import { ApiError, conflict } from '../../errors.ts';
import type { JobRow } from '../../jobs/job.ts';
import { addJobSourceChunk, beginJobSource, completeJobSource, dropJobSource } from '../../jobs/job-source-queries.ts';

/** Size limit of the compressed archive. The unpacked files have their own limits. */
export const SOURCE_LIMIT_BYTES = 256 * 1024 * 1024;

const CHUNK_BYTES = 1024 * 1024;
/**
 * Size in bytes up to which a body beyond the limit is read and discarded, because senders read the response only after they have sent
 * everything.
 */
const DISCARD_LIMIT_BYTES = 2 * SOURCE_LIMIT_BYTES;
const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * Stores an upload in chunks of a megabyte and makes its job due. When the upload breaks off, is too large or is not gzip, nothing of it
 * is kept and the job continues to wait.
 */
export async function readSource(
  db: Database,
  jobId: number,
  body: Readable,
  limit = SOURCE_LIMIT_BYTES,
): Promise<JobRow> {
  const id = await beginJobSource(db, jobId);
  if (id === undefined) throw notAwaiting(jobId);
  try {
    const bytes = await storeChunks(db, id, jobId, body, limit);
    const job = await completeJobSource(db, jobId, id, bytes);
    if (job === undefined) throw notAwaiting(jobId);
    return job;
  } catch (error) {
    // Report the first failure, not one of the cleanup. Remaining chunks are deleted with the next upload or with the job.
    await dropJobSource(db, id).catch(() => undefined);
    throw body.readableAborted ? brokenOff(error) : error;
  }
}

async function storeChunks(db: Database, id: string, jobId: number, body: Readable, limit: number): Promise<number> {
  let total = 0;
  let number = 0;
  let pieces: Buffer[] = [];
  let collected = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(pieces, collected);
    if (number === 0 && !bytes.subarray(0, GZIP.length).equals(GZIP)) throw notGzip();
    if (!(await addJobSourceChunk(db, id, number, bytes))) throw notAwaiting(jobId);
    number += 1;
    pieces = [];
    collected = 0;
  };
  // Keep the connection open when the loop ends early, because the response is sent on it.
  for await (const piece of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    total += piece.length;
    if (total > limit) {
      pieces = [];
      if (total > DISCARD_LIMIT_BYTES) break;
      continue;
    }
    pieces.push(piece);
    collected += piece.length;
    if (collected >= CHUNK_BYTES) await flush();
  }
  if (total > limit) throw tooLarge(limit);
  if (collected > 0 || number === 0) await flush();
  return total;
}

export const tooLarge = (limit: number): ApiError =>
  new ApiError(
    413,
    'source.too_large',
    `The archive is larger than the ${Math.floor(limit / 1024 / 1024)} MiB that are taken. Leave out .git, dependencies and what is built.`,
  );

/** Returns the error of an upload whose sender disconnected. Nobody receives it, but it keeps the log from reporting an internal error. */
const brokenOff = (cause: unknown): ApiError =>
  new ApiError(400, 'source.broken_off', 'The upload broke off. Send it again.', { cause });

const notGzip = (): ApiError =>
  new ApiError(422, 'source.not_gzip', 'This is not a tar.gz. Make one with: tar -czf source.tar.gz --exclude=.git .');

export const notAwaiting = (jobId: number): ApiError =>
  conflict(
    `Job ${jobId} does not wait for a source, or another upload has taken this one's place.`,
    'job.not_awaiting_source',
  );
