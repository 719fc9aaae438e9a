import type { IncomingMessage } from 'node:http';

/** GitHub never sends more: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
export const WEBHOOK_BODY_LIMIT_BYTES = 25 * 1024 * 1024;

/** A body beyond the limit is read to its end and thrown away, so that the sender gets to read the answer; but no further than this. */
const DISCARD_LIMIT_BYTES = 4 * WEBHOOK_BODY_LIMIT_BYTES;

export type BodyReading = { kind: 'body'; body: Buffer } | { kind: 'too_large' | 'too_busy' | 'aborted' };

/** Memory that bodies on their way in may take together. */
export interface BodyBudget {
  take(bytes: number): boolean;
  giveBack(bytes: number): void;
}

export function createBodyBudget(limitBytes: number): BodyBudget {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > limitBytes) return false;
      taken += bytes;
      return true;
    },
    giveBack(bytes) {
      taken -= bytes;
    },
  };
}

/**
 * Collects the raw bytes of a request. What a `body` took of the budget, its length, is given back by the caller when it is done with
 * it; otherwise nothing stays taken.
 */
export function readBody(request: IncomingMessage, budget: BodyBudget): Promise<BodyReading> {
  const { promise, resolve } = Promise.withResolvers<BodyReading>();
  let chunks: Buffer[] = [];
  let length = 0;
  let taken = 0;
  let refused: 'too_large' | 'too_busy' | undefined;

  const refuse = (why: 'too_large' | 'too_busy'): void => {
    refused ??= why;
    chunks = [];
    budget.giveBack(taken);
    taken = 0;
  };

  if (Number(request.headers['content-length'] ?? 0) > WEBHOOK_BODY_LIMIT_BYTES) refused = 'too_large';
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (refused !== undefined) {
      if (length > DISCARD_LIMIT_BYTES) resolve({ kind: refused });
      return;
    }
    if (length > WEBHOOK_BODY_LIMIT_BYTES) refuse('too_large');
    else if (budget.take(chunk.length)) {
      taken += chunk.length;
      chunks.push(chunk);
    } else refuse('too_busy');
  });
  request.on('end', () => {
    if (refused !== undefined) return resolve({ kind: refused });
    const [only] = chunks;
    resolve({ kind: 'body', body: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length) });
  });
  request.on('close', () => {
    if (request.complete) return;
    refuse('too_busy');
    resolve({ kind: 'aborted' });
  });
  return promise;
}
