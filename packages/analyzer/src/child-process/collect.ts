import type { Readable } from 'node:stream';

/** Keeps the first `limit` bytes that a stream gives, and tells once when there are more. Answers a function that gives what is kept. */
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
  // The process' own end tells what went wrong.
  stream.on('error', () => undefined);
  return () => Buffer.concat(chunks);
}
