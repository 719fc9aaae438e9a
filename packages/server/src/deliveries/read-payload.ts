import { UnusablePayloadError } from '@commandcenter/integration-kit';
import { decodeBody } from '../ingest/body-encoding.ts';
import type { QueuedDelivery } from '../store/delivery-queue.ts';

/** Escapes of what PostgreSQL's text cannot hold: NUL and half surrogate pairs. */
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

/**
 * The payload of a stored delivery. NULs and half surrogate pairs in its texts become U+FFFD, so that one strange title does not make
 * a task that cannot be stored. Throws `UnusablePayloadError`.
 */
export async function readStoredPayload(
  delivery: Pick<QueuedDelivery, 'encoding' | 'body'>,
): Promise<Record<string, unknown>> {
  if (delivery.body === null || delivery.encoding === null) {
    throw new UnusablePayloadError('The body is not stored any more: it was older than RETENTION_DELIVERIES_DAYS.');
  }
  const decoded = decodeBody({ encoding: delivery.encoding, bytes: delivery.body });
  const text = (decoded instanceof Promise ? await decoded : decoded).toString();
  const payload: unknown = UNSTORABLE_ESCAPE.test(text) ? JSON.parse(text, storable) : JSON.parse(text);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new UnusablePayloadError('The payload is not a JSON object.');
  }
  return payload as Record<string, unknown>;
}

function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value;
}
