import type { WebhookManifest } from '@commandcenter/integration-kit';
import type { RejectedAttempt } from './rejected-attempt-queries.ts';
import type { SecretDirectory } from './secret-directory.ts';
import { unverifiedHints } from './verified-request.ts';
import type { WebhookRequest } from './verify-request.ts';
import { payloadOf, readPayload } from './webhook-payload.ts';

const LONGEST_NAME = 128;

/** Returns the record of a request that could not be verified. It belongs to an integration if the URL or the hints name exactly one. */
export function describeAttempt(
  { target, headers, body }: WebhookRequest,
  directory: SecretDirectory,
  manifestOf: (type: string) => WebhookManifest | undefined,
  reason: string,
): RejectedAttempt {
  const type = 'type' in target ? target.type : directory.typeOf(target.integrationId);
  const webhook = type === undefined ? undefined : manifestOf(type);
  const header = (name: string | undefined): string =>
    name === undefined ? '' : (headers[name] ?? '').slice(0, LONGEST_NAME);
  return {
    integrationId: 'integrationId' in target ? target.integrationId : hintedIntegration(),
    integrationType: type ?? '',
    event: header(webhook?.eventHeader),
    guid: header(webhook?.deliveryHeader),
    bodySize: body.length,
    reason,
  };

  function hintedIntegration(): number | null {
    if (type === undefined || webhook === undefined) return null;
    const hints = unverifiedHints(webhook, headers, body, () =>
      payloadOf(readPayload(webhook, headers['content-type'], body)),
    );
    return directory.onlyIntegration(type, hints);
  }
}
