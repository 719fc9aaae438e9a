import type { IncomingMessage } from 'node:http';
import type { DropReason, IncomingBodies, IncomingBody } from './incoming-bodies.ts';

/** Largest body of a webhook. GitHub never sends more: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
export const WEBHOOK_BODY_LIMIT_BYTES = 25 * 1024 * 1024;

/** Bytes up to which a body that is too large is still read and thrown away, so that its sender gets to read the response. */
const DISCARD_LIMIT_BYTES = 4 * WEBHOOK_BODY_LIMIT_BYTES;

export type BodyReading =
  /** The caller calls `release` when it no longer needs the body. */
  { kind: 'body'; body: Buffer; release(): void } | { kind: 'too_large' | 'aborted' | DropReason };

/** Reads the raw body of a request. Never rejects: the result tells why there is no body. */
export function readBody(request: IncomingMessage, address: string, bodies: IncomingBodies): Promise<BodyReading> {
  const { promise, resolve } = Promise.withResolvers<BodyReading>();
  const expected = Number(request.headers['content-length'] ?? 0);
  let chunks: Buffer[] = [];
  let length = 0;
  let isTooLarge = false;
  let isDone = false;

  const end = (reading: BodyReading): void => {
    if (isDone) return;
    isDone = true;
    chunks = [];
    if (reading.kind === 'body') incoming.complete();
    else incoming.release();
    resolve(reading);
  };
  const incoming: IncomingBody = bodies.open(address, expected, (reason) => end({ kind: reason }));
  const discard = (): void => {
    isTooLarge = true;
    chunks = [];
    incoming.discard();
  };
  if (expected > WEBHOOK_BODY_LIMIT_BYTES) discard();

  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > WEBHOOK_BODY_LIMIT_BYTES && !isTooLarge) discard();
    if (length > DISCARD_LIMIT_BYTES) end({ kind: 'too_large' });
    else if (incoming.add(chunk.length) && !isTooLarge) chunks.push(chunk);
  });
  request.on('end', () => {
    if (isDone) return;
    if (isTooLarge) return end({ kind: 'too_large' });
    const [only] = chunks;
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
    end({ kind: 'body', body, release: () => incoming.release() });
  });
  request.on('close', () => {
    if (!request.complete) end({ kind: 'aborted' });
  });
  return promise;
}
