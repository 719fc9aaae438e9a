import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';

/** `delivery_bodies.encoding`. */
export const RAW_JSON = 0;
export const ZSTD_JSON = 1;

export interface EncodedBody {
  encoding: typeof RAW_JSON | typeof ZSTD_JSON;
  bytes: Buffer;
}

/** Below this a frame's overhead and the time are not worth it. */
const COMPRESS_FROM_BYTES = 512;
/** Above this another thread does it, so that one big body does not hold up the others. */
const IN_THREAD_FROM_BYTES = 256 * 1024;
/** No body that came in is larger; a frame that says otherwise is damaged. */
const LARGEST_BODY_BYTES = 32 * 1024 * 1024;

const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const decodeOptions = { maxOutputLength: LARGEST_BODY_BYTES };
const compressInThread = promisify(zstdCompress);
const decompressInThread = promisify(zstdDecompress);

/** zstd level 1: 11.6 KB of a GitHub payload become 1.8 KB in 40 µs. Answers without a promise where it can: this is the hot path. */
export function encodeBody(json: Buffer): EncodedBody | Promise<EncodedBody> {
  if (json.length <= COMPRESS_FROM_BYTES) return { encoding: RAW_JSON, bytes: json };
  if (json.length < IN_THREAD_FROM_BYTES) return { encoding: ZSTD_JSON, bytes: zstdCompressSync(json, options) };
  return compressInThread(json, options).then((bytes) => ({ encoding: ZSTD_JSON, bytes }));
}

export function decodeBody({ encoding, bytes }: { encoding: number; bytes: Buffer }): Buffer | Promise<Buffer> {
  if (encoding === RAW_JSON) return bytes;
  if (bytes.length < IN_THREAD_FROM_BYTES / 8) return zstdDecompressSync(bytes, decodeOptions);
  return decompressInThread(bytes, decodeOptions);
}
