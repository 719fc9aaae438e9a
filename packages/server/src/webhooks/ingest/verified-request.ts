import type { WebhookManifest } from '@commandcenter/integration-kit';
import { bodyHash, dedupeKey } from './dedupe-key.ts';
import type { NewDelivery } from './delivery-insert-queries.ts';
import { emptySummary, summarize } from './delivery-summary.ts';
import type { Recipients } from './recipients.ts';
import { headerTitle, type WebhookHeaders } from './webhook-headers.ts';

/** Longest event name and delivery id, in characters. */
const LONGEST_NAME = 128;

/** Event name and delivery id from the headers, or a description of the error. */
export type RequestNames = { ok: true; event: string; guid: string } | { ok: false; detail: string };

/**
 * Reads the event name and the delivery id. A request without a delivery id, such as one made by hand, gets an id from its body, so that
 * sending it again is the same delivery.
 */
export function readNames(webhook: WebhookManifest, headers: WebhookHeaders, body: Buffer): RequestNames {
  const guid = headers[webhook.deliveryHeader] ?? `body-${bodyHash(body)}`;
  for (const [name, value] of [
    [webhook.eventHeader, headers[webhook.eventHeader] ?? ''],
    [webhook.deliveryHeader, guid],
  ] as const) {
    if (value === '')
      return { ok: false, detail: `The header ${headerTitle(name)} is missing or empty: the sender must give it.` };
    if (value.length > LONGEST_NAME) {
      const detail = `The header ${headerTitle(name)} has ${value.length} characters: at most ${LONGEST_NAME} are taken.`;
      return { ok: false, detail };
    }
  }
  return { ok: true, event: headers[webhook.eventHeader] ?? '', guid };
}

export interface VerifiedRequest {
  type: string;
  webhook: WebhookManifest;
  event: string;
  guid: string;
  recipients: Recipients;
  /** The bytes that were signed. */
  body: Buffer;
  /** The JSON of the payload: the body itself, or the field of a form that contains it. */
  json: Buffer;
  payload: unknown;
}

/** Returns one delivery for each recipient, or a single ignored one if there is none. The deliveries share their body. */
export function newDeliveries(request: VerifiedRequest): NewDelivery[] {
  const { type, webhook, event, guid, recipients, json } = request;
  const hash = bodyHash(request.body);
  const handled = webhook.events.includes(event);
  const reason =
    recipients.kind === 'narrowed_to_none'
      ? recipients.reason
      : handled
        ? null
        : `The ${type} integration does not handle "${event}" events.`;
  // A worker summarizes deliveries that it handles; ignored ones are never read again, so summarize them now.
  const summary = reason === null ? emptySummary : summarize(request.payload);
  const to = recipients.kind === 'deliver' ? recipients.to : [recipients.to];
  return to.map(({ integrationId, secretId }) => ({
    integrationId,
    secretId,
    event,
    guid,
    dedupeKey: dedupeKey(integrationId, guid, hash),
    ignoredReason: reason,
    json,
    ...summary,
  }));
}

/** Larger bodies of requests that nobody has verified are not parsed: that would take more time than their sender pays for. */
const LARGEST_UNVERIFIED_PARSE_BYTES = 256 * 1024;

/** The payload that hints are read from before the request is verified. Of a large body only the headers give any. */
export function unverifiedPayload({ length }: Buffer, payload: () => unknown): unknown {
  return length > LARGEST_UNVERIFIED_PARSE_BYTES ? undefined : payload();
}
