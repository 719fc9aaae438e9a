import type { WebhookManifest } from '@commandcenter/integration-kit';
import { SEARCH_LIMIT } from './find-signer.ts';
import { problem, type WebhookAnswer } from './webhook-answer.ts';
import { headerTitle } from './webhook-headers.ts';

const SET_SECRET = 'PATCH /api/v1/integrations/{id} with config.webhook_secret sets it';

export function unknownType(type: string): WebhookAnswer {
  return problem(
    404,
    'webhook.unknown_type',
    `No installed integration of type "${type.slice(0, 100)}" takes webhooks. Check the URL: /api/v1/integrations/{type or id}/webhook.`,
  );
}

/** The same answer for an integration that never was, was deleted, or has no secret: nobody can verify for it. */
export function noSecret(integrationId: number): WebhookAnswer {
  return problem(
    401,
    'webhook.no_secret',
    `Integration ${integrationId} does not exist (any more) or has no webhook secret, so nothing can be verified for it. Check the id in the URL; ${SET_SECRET}.`,
  );
}

export interface Unverified {
  type: string;
  webhook: WebhookManifest;
  /** Present on an integration's own URL. */
  integrationId: number | undefined;
  /** Distinct secrets of the type. */
  secrets: number;
  /** False when only some of them were tried. */
  isComplete: boolean;
}

/** The signature is well-formed, and no secret that may sign for this URL made it. */
export function unverified({ type, webhook, integrationId, secrets, isComplete }: Unverified): WebhookAnswer {
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
  if (secrets === 0) {
    return problem(
      401,
      'webhook.no_secret',
      `No integration of type ${type} has a webhook secret, so nothing can be verified. ${SET_SECRET}.`,
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
    `${header} was not made with any of the webhook secrets that were tried. ${secrets} are in use for ${type}; this shared URL tries those of integrations that name the event's repository, installation, organization or hook, and of the others at most ${SEARCH_LIMIT}, fewer for a large body. Point the webhook at its integration's own URL, /api/v1/integrations/{id}/webhook, or name the repository in config.repositories. Otherwise: ${mend.charAt(0).toLowerCase()}${mend.slice(1)}.`,
  );
}
