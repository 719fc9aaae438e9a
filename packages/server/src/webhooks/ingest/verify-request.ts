import type { WebhookHint, WebhookManifest } from '@commandcenter/integration-kit';
import type { AuthorFailures } from '../../integrations/author-failures.ts';
import { requestHints } from '../../integrations/webhook-hints.ts';
import type { NewDelivery } from './delivery-insert-queries.ts';
import { createSignerFinder, SEARCH_LIMIT, type SecretOf, type SignedRequest } from './find-signer.ts';
import type { HintLearner } from './learned-hints.ts';
import { narrowingHints, recipientsOf } from './recipients.ts';
import { noSecret, refusalOf, unknownType, unverified } from './refusals.ts';
import type { SecretDirectory, SecretGroup } from './secret-directory.ts';
import { readSignature } from './signature-check.ts';
import { newDeliveries, readNames, unverifiedPayload } from './verified-request.ts';
import type { WebhookHeaders } from './webhook-headers.ts';
import { type PayloadReading, payloadOf, readPayload } from './webhook-payload.ts';
import { pong, problem, type WebhookResponse } from './webhook-response.ts';

export interface WebhookRequest {
  /** The shared URL of a type, or an integration's own URL. */
  target: { type: string } | { integrationId: number };
  headers: WebhookHeaders;
  /** The raw bytes of the body. */
  body: Buffer;
  /** Network address of the sender. It is only used to let senders take turns. */
  address: string;
}

export type Verification =
  | { kind: 'response'; response: WebhookResponse }
  /**
   * The request is refused with 401. `reason` is for people who may read the integration. `unknownSigner` is true if a secret that is not
   * known yet might change the outcome.
   */
  | { kind: 'refuse'; refusal: WebhookResponse; reason: string; unknownSigner: boolean }
  | { kind: 'store'; deliveries: NewDelivery[] };

/** Number of secrets up to which trying all costs less than parsing a payload for hints. */
const FEW_SECRETS = 16;

export interface RequestVerifierDependencies {
  manifestOf(type: string): WebhookManifest | undefined;
  secretOf: SecretOf;
  learner: Pick<HintLearner, 'learn'>;
  authorFailures: AuthorFailures;
  clock: { now(): Date };
}

/**
 * Verifies a request with the secrets in memory, and returns its response or the deliveries to store. The order is fixed: signature
 * (401), content type and JSON (415, 400), ping, event name and delivery id (400), recipients.
 */
export function createRequestVerifier({
  manifestOf,
  secretOf,
  learner,
  authorFailures,
  clock,
}: RequestVerifierDependencies) {
  const signers = createSignerFinder(secretOf);
  return async (
    directory: SecretDirectory,
    { target, headers, body, address }: WebhookRequest,
  ): Promise<Verification> => {
    const integrationId = 'integrationId' in target ? target.integrationId : undefined;
    const type = 'type' in target ? target.type : directory.typeOf(target.integrationId);
    const refuse = (why: WebhookResponse, unknownSigner: boolean): Verification => ({
      kind: 'refuse',
      ...refusalOf(integrationId, why),
      // True on every integration's own URL, so that the time until a refusal does not reveal whether the integration exists.
      unknownSigner: unknownSigner || integrationId !== undefined,
    });
    if (type === undefined) return refuse(noSecret(integrationId ?? 0), true);
    const webhook = manifestOf(type);
    if (webhook === undefined) {
      return integrationId === undefined
        ? { kind: 'response', response: unknownType(type) }
        : refuse(unknownType(type), false);
    }

    const signature = readSignature(webhook.signature, headers);
    if (!signature.ok) return refuse(problem(401, signature.code, signature.detail), false);
    let read: PayloadReading | undefined;
    const reading = (): PayloadReading => {
      read ??= readPayload(webhook, headers['content-type'], body);
      return read;
    };
    const hintsOf = (payload: unknown): WebhookHint[] =>
      requestHints(type, webhook, { headers, payload }, authorFailures) ?? [];
    const candidates = (): SecretGroup[] => {
      const payload = unverifiedPayload(body, () =>
        directory.groupsOf(type).size > FEW_SECRETS ? payloadOf(reading()) : undefined,
      );
      return directory.hinted(type, hintsOf(payload), SEARCH_LIMIT);
    };
    const { claimed } = signature;
    const signed: SignedRequest = { scheme: webhook.signature, body, claimed, address };
    const { signer, wasSearched, isComplete } =
      integrationId === undefined
        ? await signers.ofType(signed, directory, type, candidates())
        : await signers.ofIntegration(signed, directory, integrationId);
    const claimedEvent = headers[webhook.eventHeader];
    const hints = signer === undefined ? [] : narrowingHints(webhook, claimedEvent, hintsOf(payloadOf(reading())));
    const recipients = signer && recipientsOf(signer, hints, clock.now().getTime(), integrationId);
    if (signer === undefined || recipients === undefined) {
      return refuse(unverified({ type, webhook, integrationId, isComplete }), true);
    }

    const payload = reading();
    if (!payload.ok) return { kind: 'response', response: problem(payload.status, payload.code, payload.detail) };
    const isPing = webhook.pingEvent !== undefined && claimedEvent === webhook.pingEvent;
    const learnedFor = recipients.kind === 'deliver' ? recipients.to : [];
    learner.learn({
      directory,
      group: signer,
      recipients: learnedFor,
      hints: wasSearched || isPing ? hints : [],
      isPing,
    });
    if (isPing) return { kind: 'response', response: pong };
    const names = readNames(webhook, headers, body);
    if (!names.ok) return { kind: 'response', response: problem(400, 'webhook.bad_header', names.detail) };
    const { event, guid } = names;
    return { kind: 'store', deliveries: newDeliveries({ type, webhook, event, guid, recipients, body, ...payload }) };
  };
}
