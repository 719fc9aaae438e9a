import { parseWebhookSignature, type WebhookSignature } from '@commandcenter/integration-kit';
import { headerTitle, type WebhookHeaders } from './webhook-headers.ts';

export type SignatureReading =
  | { ok: true; claimed: Buffer }
  | { ok: false; code: 'webhook.signature_missing' | 'webhook.signature_malformed'; detail: string };

/** Number of characters of a digest in each encoding. */
const writtenLength = {
  sha1: { hex: 40, base64: 28 },
  sha256: { hex: 64, base64: 44 },
  sha512: { hex: 128, base64: 88 },
} as const;

/** Parses the signature header. Returns the claimed digest, or a description of the error. */
export function readSignature(scheme: WebhookSignature, headers: WebhookHeaders): SignatureReading {
  const header = headers[scheme.header];
  if (header === undefined || header === '') {
    return {
      ok: false,
      code: 'webhook.signature_missing',
      detail: `The request has no ${headerTitle(scheme.header)} header. Set the webhook's secret at the sender to the integration's config.webhook_secret: nothing unsigned is accepted, and no other signature header counts.`,
    };
  }
  const claimed = parseWebhookSignature(scheme, header);
  if (claimed !== null) return { ok: true, claimed };
  const { algorithm, encoding, prefix = '' } = scheme;
  const form = `${prefix === '' ? '' : `"${prefix}" followed by `}${writtenLength[algorithm][encoding]} ${encoding === 'hex' ? 'lower-case hex digits' : 'base64 characters'}`;
  return {
    ok: false,
    code: 'webhook.signature_malformed',
    detail: `The ${headerTitle(scheme.header)} header is malformed: it must be ${form}, the HMAC-${algorithm.toUpperCase()} of the raw body.`,
  };
}
