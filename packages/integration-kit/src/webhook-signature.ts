import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookSignature } from './manifest.ts';

/** The scheme that most senders share: `X-Hub-Signature-256: sha256=<hex>`. */
export const hubSignature256: WebhookSignature = {
  header: 'x-hub-signature-256',
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: 'sha256=',
};

/** GitHub's way with headers, which other senders may take over: `X-Event` and `X-Delivery` beside the signature. */
export const hubWebhook = { signature: hubSignature256, eventHeader: 'x-event', deliveryHeader: 'x-delivery' } as const;

const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const;
const alphabets = { hex: /^[0-9a-f]*$/, base64: /^[A-Za-z0-9+/]*={0,2}$/ } as const;

/** The signature's bytes, or null when it does not have the form that the scheme gives it. */
export function parseWebhookSignature(scheme: WebhookSignature, signature: string | undefined): Buffer | null {
  const prefix = scheme.prefix ?? '';
  if (signature === undefined || !signature.startsWith(prefix)) return null;
  const text = signature.slice(prefix.length);
  if (!alphabets[scheme.encoding].test(text)) return null;
  const bytes = Buffer.from(text, scheme.encoding);
  return bytes.length === digestBytes[scheme.algorithm] ? bytes : null;
}

/** HMAC over the raw bytes, compared in constant time. An empty secret verifies nothing. */
export function verifySignature(
  scheme: WebhookSignature,
  rawBody: Uint8Array | string,
  signature: string | undefined,
  secret: string,
): boolean {
  if (secret === '') return false;
  const claimed = parseWebhookSignature(scheme, signature);
  return claimed !== null && timingSafeEqual(claimed, createHmac(scheme.algorithm, secret).update(rawBody).digest());
}

/** What a sender puts into the header. */
export function signWebhook(scheme: WebhookSignature, rawBody: Uint8Array | string, secret: string): string {
  return `${scheme.prefix ?? ''}${createHmac(scheme.algorithm, secret).update(rawBody).digest(scheme.encoding)}`;
}
