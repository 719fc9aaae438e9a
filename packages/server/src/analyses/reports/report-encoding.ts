import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { jsonText } from '../../database/json-text.ts';

/** A report as JSON, compressed with zstd. */
export interface EncodedReport {
  bytes: Buffer;
  /** Uncompressed. */
  size: number;
}

/** Entries of a list that are written at a time: 20,000 dependencies in one go would keep everything else waiting for 60 ms. */
const SLICE = 1000;
/** No report is larger; what says otherwise is damaged. */
const LARGEST_BYTES = 512 * 1024 * 1024;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

export async function encodeReport(report: AnalysisReport): Promise<EncodedReport> {
  const pieces: Buffer[] = [];
  for (const piece of jsonPieces(report)) {
    pieces.push(Buffer.from(piece));
    if (piece.length > SLICE) await nextTurn();
  }
  const json = Buffer.concat(pieces);
  const options = { params: { [constants.ZSTD_c_compressionLevel]: 3 }, pledgedSrcSize: json.length };
  return { bytes: await compress(json, options), size: json.length };
}

/** Parses it whole: what only hands the text on decompresses it as a stream. */
export async function decodeReport({ bytes }: Pick<EncodedReport, 'bytes'>): Promise<AnalysisReport> {
  return JSON.parse((await decompress(bytes, { maxOutputLength: LARGEST_BYTES })).toString('utf8'));
}

function* jsonPieces(value: unknown): Generator<string> {
  if (Array.isArray(value) && value.length > SLICE) {
    for (let start = 0; start < value.length; start += SLICE) {
      yield (start === 0 ? '[' : ',') + jsonText(value.slice(start, start + SLICE)).slice(1, -1);
    }
    yield ']';
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    let before = '{';
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${before}${jsonText(key)}:`;
      yield* jsonPieces(member);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  } else yield jsonText(value);
}
