import type { WebhookManifest } from '@commandcenter/integration-kit';

export type PayloadReading =
  | { ok: true; json: Buffer; payload: unknown }
  | { ok: false; status: 400 | 415; code: string; detail: string };

/** Returns the payload, or undefined if it could not be read. */
export const payloadOf = (reading: PayloadReading): unknown => (reading.ok ? reading.payload : undefined);

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * Reads the payload of a body by its content type: JSON itself, or a form with a field that contains the JSON. `json` in the result is
 * what is stored.
 */
export function readPayload(webhook: WebhookManifest, contentType: string | undefined, body: Buffer): PayloadReading {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (JSON_TYPE.test(mediaType)) return parse(body, 'The body');
  if (mediaType === FORM_TYPE && webhook.formField !== undefined) return readForm(webhook.formField, body);
  return {
    ok: false,
    status: 415,
    code: 'webhook.unsupported_media_type',
    detail: `The content type is ${mediaType === '' ? 'missing' : `"${mediaType.slice(0, 100)}"`}: set the webhook's content type to application/json${
      webhook.formField === undefined ? '' : ` or ${FORM_TYPE}`
    }.`,
  };
}

function readForm(field: string, body: Buffer): PayloadReading {
  const value = new URLSearchParams(body.toString()).get(field);
  if (value !== null) return parse(Buffer.from(value), `The form field "${field}"`);
  return {
    ok: false,
    status: 400,
    code: 'webhook.missing_form_field',
    detail: `The form has no field "${field}": that is where the JSON is expected.`,
  };
}

function parse(json: Buffer, what: string): PayloadReading {
  try {
    return { ok: true, json, payload: JSON.parse(json.toString()) as unknown };
  } catch (error) {
    const fault = json.length === 0 ? 'it is empty' : (error as SyntaxError).message;
    const detail = `${what} is not well-formed JSON: ${fault}. The signature was right, so the sender made it so.`;
    return { ok: false, status: 400, code: 'webhook.malformed_json', detail };
  }
}
