import type { WebhookManifest } from '@commandcenter/integration-kit';
import type { AuthorFailures } from '../../integrations/author-failures.ts';
import { requestHints } from '../../integrations/webhook-hints.ts';
import type { RejectedAttempt } from './rejected-attempt-queries.ts';
import type { SecretDirectory } from './secret-directory.ts';
import { unverifiedPayload } from './verified-request.ts';
import type { WebhookRequest } from './verify-request.ts';
import { payloadOf, readPayload } from './webhook-payload.ts';

const LONGEST_NAME = 128;
/** It may be why the secret was not tried. */
const NO_HINTS =
  "manifest.webhook.hints() of the integration type failed for this request, so its secrets were tried without hints. The server's log has the error.";

export interface DescribeDependencies {
  manifestOf(type: string): WebhookManifest | undefined;
  authorFailures: AuthorFailures;
}

/** Returns the record of a request that could not be verified. It belongs to an integration if the URL or the hints name exactly one. */
export function describeAttempt(
  { target, headers, body }: WebhookRequest,
  directory: SecretDirectory,
  { manifestOf, authorFailures }: DescribeDependencies,
  reason: string,
): RejectedAttempt {
  const type = 'type' in target ? target.type : directory.typeOf(target.integrationId);
  const webhook = type === undefined ? undefined : manifestOf(type);
  const header = (name: string | undefined): string =>
    name === undefined ? '' : (headers[name] ?? '').slice(0, LONGEST_NAME);
  const hinted = 'integrationId' in target ? { integrationId: target.integrationId } : hintedIntegration();
  return {
    integrationId: hinted?.integrationId ?? null,
    integrationType: type ?? '',
    event: header(webhook?.eventHeader),
    guid: header(webhook?.deliveryHeader),
    bodySize: body.length,
    reason: hinted === undefined ? `${reason} ${NO_HINTS}` : reason,
  };

  /** Undefined when the author's code failed. */
  function hintedIntegration(): { integrationId: number | null } | undefined {
    if (type === undefined || webhook === undefined) return { integrationId: null };
    const payload = unverifiedPayload(body, () => payloadOf(readPayload(webhook, headers['content-type'], body)));
    const hints = requestHints(type, webhook, { headers, payload }, authorFailures);
    return hints && { integrationId: directory.onlyIntegration(type, hints) };
  }
}
