import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { type AnalysisReport, streamJson } from '@commandcenter/analyzer';
import { storableJson } from '../../database/json-text.ts';

/** A report as JSON, compressed with zstd. */
export interface EncodedReport {
  bytes: Buffer;
  /** Size of the uncompressed JSON in bytes. */
  size: number;
}

/** No report is larger; what says otherwise is damaged. */
const LARGEST_BYTES = 512 * 1024 * 1024;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Encodes it piece by piece: 20,000 dependencies in one go would keep everything else waiting for 60 ms. */
export async function encodeReport(report: AnalysisReport): Promise<EncodedReport> {
  const chunks: Buffer[] = [];
  for (const chunk of streamJson(report)) {
    chunks.push(Buffer.from(storableJson(chunk)));
    await nextTurn();
  }
  const json = Buffer.concat(chunks);
  const options = { params: { [constants.ZSTD_c_compressionLevel]: 3 }, pledgedSrcSize: json.length };
  return { bytes: await compress(json, options), size: json.length };
}

/** Decompresses and parses a whole report. Code that only forwards the JSON decompresses it as a stream instead. */
export async function decodeReport({ bytes }: Pick<EncodedReport, 'bytes'>): Promise<AnalysisReport> {
  return JSON.parse((await decompress(bytes, { maxOutputLength: LARGEST_BYTES })).toString('utf8'));
}
