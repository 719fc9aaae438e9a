import { PROBLEM_CONTENT_TYPE, problemBody } from '../../http/problem.ts';

/** The response to a webhook request. */
export interface WebhookResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
}

const json = { 'content-type': 'application/json; charset=utf-8' } as const;

/**
 * Returns 202 for deliveries that are stored durably. `delivery_ids` is present if several integrations share the secret and each got its
 * own delivery.
 */
export function accepted(ids: readonly number[]): WebhookResponse {
  const [first] = ids;
  const body = { status: 'accepted', delivery_id: first };
  return { status: 202, headers: json, body: ids.length > 1 ? { ...body, delivery_ids: ids } : body };
}

/** Returns 200 for a delivery that was stored before, under this id. */
export function duplicate(id: number): WebhookResponse {
  return { status: 200, headers: json, body: { status: 'duplicate', delivery_id: id } };
}

export const pong: WebhookResponse = { status: 200, headers: json, body: { status: 'pong' } };

/** Returns an error in the form of RFC 9457. `detail` tells how to fix it. */
export function problem(
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): WebhookResponse {
  return {
    status,
    headers: { 'content-type': PROBLEM_CONTENT_TYPE, ...headers },
    body: problemBody({ status, code, detail }),
  };
}

/** Returns 503 for a webhook that was not stored. The sender shows it as failed and can deliver it again. */
export function unavailable(code: string, detail: string, retryAfterSeconds: number): WebhookResponse {
  return problem(503, code, detail, { 'retry-after': String(retryAfterSeconds) });
}
