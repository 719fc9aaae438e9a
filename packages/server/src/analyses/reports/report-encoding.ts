import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { jsonText } from '../../database/json-text.ts';

/** A report as JSON, compressed with zstd. */
export interface EncodedReport {
  bytes: Buffer;
  /** Size of the uncompressed JSON in bytes. */
  size: number;
}

/** Number of list entries that are serialized at a time. Serializing 20,000 dependencies at once would block the event loop for 60 ms. */
const SLICE = 1000;
/** Greatest size in bytes of a decompressed report. Data that claims to be larger is damaged. */
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

/** Decompresses and parses a whole report. Code that only forwards the JSON decompresses it as a stream instead. */
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
