import type { WebhookManifest } from '@commandcenter/integration-kit';
import { SEARCH_LIMIT } from './find-signer.ts';
import { headerTitle } from './webhook-headers.ts';
import { problem, type WebhookResponse } from './webhook-response.ts';

const SET_SECRET = 'PATCH /api/v1/integrations/{id} with config.webhook_secret sets it';

export function unknownType(type: string): WebhookResponse {
  return problem(
    404,
    'webhook.unknown_type',
    `No installed integration of type "${type.slice(0, 100)}" takes webhooks. Check the URL: /api/v1/integrations/{type or id}/webhook.`,
  );
}

/**
 * Returns the response to the sender of a refused webhook, and the reason that is recorded. On an integration's own URL the response is
 * the same for every id, because a sender that cannot sign must not learn which ids exist, their type, or whether they have a secret.
 */
export function refusalOf(
  integrationId: number | undefined,
  why: WebhookResponse,
): { refusal: WebhookResponse; reason: string } {
  const refusal = integrationId === undefined ? why : notVerified(integrationId);
  return { refusal, reason: String(why.body.detail) };
}

const notVerified = (integrationId: number): WebhookResponse =>
  problem(
    401,
    'webhook.not_verified',
    `The request is not signed with a webhook secret of integration ${integrationId}. The signature is the HMAC of the raw body, in the header of the integration's type (GitHub: X-Hub-Signature-256). With a token, GET /api/v1/integrations/${integrationId}/deliveries?status=rejected says what is wrong.`,
  );

/** Returns the 401 for an integration that never existed, was deleted, or has no secret. */
export function noSecret(integrationId: number): WebhookResponse {
  return problem(
    401,
    'webhook.no_secret',
    `Integration ${integrationId} does not exist (any more) or has no webhook secret, so nothing can be verified for it. Check the id in the URL; ${SET_SECRET}.`,
  );
}

export interface Unverified {
  type: string;
  webhook: WebhookManifest;
  /** Id of the integration whose own URL was called; undefined on the shared URL of a type. */
  integrationId: number | undefined;
  /** False if only some of the secrets were tried. */
  isComplete: boolean;
}

/** Returns the 401 for a well-formed signature that was not made with any secret that was tried for this URL. */
export function unverified({ type, webhook, integrationId, isComplete }: Unverified): WebhookResponse {
  const header = headerTitle(webhook.signature.header);
  const mend =
    'Make the secret at the sender and config.webhook_secret equal, and see that nothing on the way re-encodes the body: the HMAC is over the raw bytes';
  if (integrationId !== undefined) {
    return problem(
      401,
      'webhook.signature_wrong',
      `${header} was not made with a webhook secret of integration ${integrationId}. ${mend}.`,
    );
  }
  if (isComplete) {
    return problem(
      401,
      'webhook.signature_wrong',
      `${header} was not made with the webhook secret of any ${type} integration. ${mend}.`,
    );
  }
  return problem(
    401,
    'webhook.signature_wrong',
    `${header} was not made with any of the webhook secrets that were tried. More are in use for ${type} than this shared URL tries: those of integrations that name the event's repository, installation, organization or hook, and at most ${SEARCH_LIMIT} others, fewer for a large body. Point the webhook at its integration's own URL, /api/v1/integrations/{id}/webhook, or name the repository in config.repositories. Otherwise: ${mend.charAt(0).toLowerCase()}${mend.slice(1)}.`,
  );
}
