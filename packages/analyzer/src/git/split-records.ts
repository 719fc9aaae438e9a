import { AnalysisError } from '../errors.ts';

const MAX_RECORD_LENGTH = 1024 ** 2;
const NUL = 0;

/**
 * Splits output of git's option `-z` at NUL bytes; yields the records of each chunk. Throws AnalysisError for a record
 * of more than 1 MiB.
 */
export async function* splitRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const records: Buffer[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NUL); end >= 0; end = bytes.indexOf(NUL, start)) {
      records.push(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > MAX_RECORD_LENGTH) {
      throw new AnalysisError(
        'source.bad_repository',
        `The repository has a path of more than ${MAX_RECORD_LENGTH} bytes.`,
      );
    }
    yield records;
  }
  if (rest.length > 0) yield [rest];
}
