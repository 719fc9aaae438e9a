import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import type { JoinedBodies } from './delivery-insert-queries.ts';

/** Values of the column `delivery_bodies.encoding`. */
const RAW_JSON = 0;
const ZSTD_JSON = 1;

/** Bytes up to which bodies are not compressed, because the overhead and the time are not worth it. */
const COMPRESS_FROM_BYTES = 512;
/**
 * Bytes from which another thread compresses or decompresses, so that the event loop can read other requests. Below, a batch takes 0.1
 * ms.
 */
const IN_THREAD_FROM_BYTES = 512 * 1024;
/** Most bytes of joined bodies after decompression. Stored data that gives more is damaged. */
const LARGEST_BYTES = 32 * 1024 * 1024;

const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const compressInThread = promisify(zstdCompress);
const decompressInThread = promisify(zstdDecompress);

/**
 * Joins bodies one after another and compresses them together with zstd level 1. A body that occurs several times as the same object is
 * stored once.
 */
export async function joinBodies(bodies: readonly Buffer[]): Promise<JoinedBodies> {
  const startOf = new Map<Buffer, number>();
  let length = 0;
  const starts = bodies.map((body) => {
    const known = startOf.get(body);
    if (known !== undefined) return known;
    const start = length;
    startOf.set(body, start);
    length += body.length;
    return start;
  });
  const [only] = startOf.keys();
  const joined = startOf.size === 1 && only !== undefined ? only : Buffer.concat([...startOf.keys()], length);
  if (length <= COMPRESS_FROM_BYTES) return { encoding: RAW_JSON, bytes: joined, starts };
  const options = { ...level, pledgedSrcSize: length, chunkSize: chunkSizeFor(length / 4) };
  const bytes =
    length < IN_THREAD_FROM_BYTES ? zstdCompressSync(joined, options) : await compressInThread(joined, options);
  return { encoding: ZSTD_JSON, bytes, starts };
}

/** Decodes bodies that `joinBodies` has joined and encoded. `size` is the number of bytes after decoding. */
export async function splitBodies(
  { encoding, bytes }: { encoding: number; bytes: Buffer },
  size: number,
): Promise<Buffer> {
  if (encoding === RAW_JSON) return bytes;
  const options = { maxOutputLength: LARGEST_BYTES, chunkSize: chunkSizeFor(size) };
  return size < IN_THREAD_FROM_BYTES ? zstdDecompressSync(bytes, options) : await decompressInThread(bytes, options);
}

/** Returns the size of the pieces of memory that zlib allocates: not 16 KB for a few hundred bytes, nor many pieces for a large body. */
function chunkSizeFor(bytes: number): number {
  return Math.min(Math.max(Math.ceil(bytes), 1024), 1024 * 1024);
}
