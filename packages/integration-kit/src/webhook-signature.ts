import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signature scheme of a sender's webhooks. It is data because the server verifies: no integration contains verification code. */
export interface WebhookSignature {
  /** Name of the header that contains the signature, in lower case, such as `x-hub-signature-256`. */
  header: string;
  algorithm: 'sha256' | 'sha1' | 'sha512';
  encoding: 'hex' | 'base64';
  /** Text before the signature in the signature header, such as `sha256=`. */
  prefix?: string;
}

/** The most common signature scheme: `X-Hub-Signature-256: sha256=<hex>`. */
export const hubSignature256: WebhookSignature = {
  header: 'x-hub-signature-256',
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: 'sha256=',
};

/** Headers for senders that follow GitHub's style: the signature, `X-Event` and `X-Delivery`. */
export const hubWebhook = { signature: hubSignature256, eventHeader: 'x-event', deliveryHeader: 'x-delivery' } as const;

const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const;
const alphabets = { hex: /^[0-9a-f]*$/, base64: /^[A-Za-z0-9+/]*={0,2}$/ } as const;

/** Returns the bytes of the signature, or null if it does not have the form that the scheme requires. */
export function parseWebhookSignature(scheme: WebhookSignature, signature: string | undefined): Buffer | null {
  const prefix = scheme.prefix ?? '';
  if (signature === undefined || !signature.startsWith(prefix)) return null;
  const text = signature.slice(prefix.length);
  if (!alphabets[scheme.encoding].test(text)) return null;
  const bytes = Buffer.from(text, scheme.encoding);
  return bytes.length === digestBytes[scheme.algorithm] ? bytes : null;
}

/**
 * Returns true if `signature` is the HMAC of the raw bytes with this secret, comparing in constant time. An empty secret verifies nothing.
 */
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

/** Returns the value that a sender puts into the signature header. */
export function signWebhook(scheme: WebhookSignature, rawBody: Uint8Array | string, secret: string): string {
  return `${scheme.prefix ?? ''}${createHmac(scheme.algorithm, secret).update(rawBody).digest(scheme.encoding)}`;
}
