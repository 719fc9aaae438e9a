import type { Readable } from 'node:stream';

/**
 * Buffers the first `limit` bytes of a stream, and calls `onMore` once if there are more. Returns a function that
 * returns the buffered bytes.
 */
export function collect(stream: Readable, limit: number, onMore: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size > limit) return;
    size += chunk.length;
    if (size > limit) {
      chunks.push(chunk.subarray(0, chunk.length - (size - limit)));
      onMore();
    } else chunks.push(chunk);
  });
  // Ignored, because the exit of the process reports the failure.
  stream.on('error', () => undefined);
  return () => Buffer.concat(chunks);
}
