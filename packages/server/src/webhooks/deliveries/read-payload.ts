import { UnusablePayloadError } from '@commandcenter/integration-kit';
import { splitBodies } from '../ingest/body-encoding.ts';
import type { StoredBodies } from './delivery-body-queries.ts';
import type { QueuedDelivery } from './delivery-queue-queries.ts';

type BodyPlace = Pick<QueuedDelivery, 'body_id' | 'body_start' | 'body_size'>;

/** Matches JSON escapes of characters that PostgreSQL's text cannot hold: NUL and half surrogate pairs. */
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

/** Thrown if the body was deleted after its retention, so that no replay can read it either. */
export class BodyGoneError extends UnusablePayloadError {}

/** Returns the payload of a delivery, cut out of the bodies that were stored together. Throws `UnusablePayloadError`. */
export type ReadPayload = (delivery: BodyPlace) => Promise<Record<string, unknown>>;

/** Creates a reader that keeps the last decoded bodies, because deliveries that were stored together are read one after another. */
export function createPayloadReader(stored: readonly StoredBodies[], deliveries: readonly BodyPlace[]): ReadPayload {
  const byId = new Map(stored.map((bodies) => [bodies.id, bodies]));
  const sizes = new Map<number, number>();
  for (const { body_id, body_start, body_size } of deliveries) {
    if (body_id !== null) sizes.set(body_id, Math.max(sizes.get(body_id) ?? 0, body_start + body_size));
  }
  let last: { id: number; joined: Buffer } | undefined;

  return async ({ body_id, body_start, body_size }) => {
    const bodies = body_id === null ? undefined : byId.get(body_id);
    if (bodies === undefined) {
      throw new BodyGoneError('The body is not stored any more: it was older than RETENTION_DELIVERIES_DAYS.');
    }
    if (last?.id !== bodies.id) {
      last = { id: bodies.id, joined: await splitBodies(bodies, sizes.get(bodies.id) ?? 0) };
    }
    return parsePayload(last.joined.toString('utf8', body_start, body_start + body_size));
  };
}

/** Parses a payload. NULs and half surrogate pairs become U+FFFD, because PostgreSQL cannot store a task that contains them. */
function parsePayload(text: string): Record<string, unknown> {
  const payload: unknown = UNSTORABLE_ESCAPE.test(text) ? JSON.parse(text, storable) : JSON.parse(text);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new UnusablePayloadError('The payload is not a JSON object.');
  }
  return payload as Record<string, unknown>;
}

function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value;
}
