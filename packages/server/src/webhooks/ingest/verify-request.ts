import type { WebhookHint, WebhookManifest } from '@commandcenter/integration-kit';
import type { AuthorFailures } from '../../integrations/author-failures.ts';
import { requestHints } from '../../integrations/webhook-hints.ts';
import type { NewDelivery } from './delivery-insert-queries.ts';
import { createSignerFinder, SEARCH_LIMIT, type SecretOf, type SignedRequest } from './find-signer.ts';
import type { Learning } from './learned-hints.ts';
import { narrowingHints, recipientsOf } from './recipients.ts';
import { noSecret, refusalOf, unknownType, unverified } from './refusals.ts';
import type { SecretDirectory, SecretGroup } from './secret-directory.ts';
import { readSignature } from './signature-check.ts';
import { newDeliveries, readNames, unverifiedPayload } from './verified-request.ts';
import { pong, problem, type WebhookAnswer } from './webhook-answer.ts';
import type { WebhookHeaders } from './webhook-headers.ts';
import { type PayloadReading, payloadOf, readPayload } from './webhook-payload.ts';

export interface WebhookRequest {
  /** The shared URL of a type, or an integration's own URL. */
  target: { type: string } | { integrationId: number };
  headers: WebhookHeaders;
  /** The raw bytes. */
  body: Buffer;
  /** The sender's network address, which nothing but fairness depends on. */
  address: string;
}

export type Judgement =
  | { kind: 'answer'; answer: WebhookAnswer }
  /** 401. `reason`: for those who may read the integration. `unknownSigner`: a secret that is not known yet might change it. */
  | { kind: 'refuse'; refusal: WebhookAnswer; reason: string; unknownSigner: boolean }
  | { kind: 'store'; deliveries: NewDelivery[] };

/** Trying this many secrets costs less than parsing a payload for hints. */
const FEW_SECRETS = 16;

export interface JudgeDependencies {
  manifestOf(type: string): WebhookManifest | undefined;
  secretOf: SecretOf;
  learning: Pick<Learning, 'learn'>;
  authorFailures: AuthorFailures;
  clock: { now(): Date };
}

/**
 * Verifies a request with what is in memory alone, and decides its response or its recipients. The order is fixed: signature (401), content type and JSON (415, 400),
 * ping, names (400), recipients.
 */
export function createJudge({ manifestOf, secretOf, learning, authorFailures, clock }: JudgeDependencies) {
  const signers = createSignerFinder(secretOf);
  return async (directory: SecretDirectory, { target, headers, body, address }: WebhookRequest): Promise<Judgement> => {
    const integrationId = 'integrationId' in target ? target.integrationId : undefined;
    const type = 'type' in target ? target.type : directory.typeOf(target.integrationId);
    const refuse = (why: WebhookAnswer, unknownSigner: boolean): Judgement => ({
      kind: 'refuse',
      ...refusalOf(integrationId, why),
      // On an integration's own URL always, so that the time of a refusal does not say either whether the integration exists.
      unknownSigner: unknownSigner || integrationId !== undefined,
    });
    if (type === undefined) return refuse(noSecret(integrationId ?? 0), true);
    const webhook = manifestOf(type);
    if (webhook === undefined) {
      return integrationId === undefined
        ? { kind: 'answer', answer: unknownType(type) }
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
    if (!payload.ok) return { kind: 'answer', answer: problem(payload.status, payload.code, payload.detail) };
    const isPing = webhook.pingEvent !== undefined && claimedEvent === webhook.pingEvent;
    const learnedFor = recipients.kind === 'deliver' ? recipients.to : [];
    learning.learn({
      directory,
      group: signer,
      recipients: learnedFor,
      hints: wasSearched || isPing ? hints : [],
      isPing,
    });
    if (isPing) return { kind: 'answer', answer: pong };
    const names = readNames(webhook, headers, body);
    if (!names.ok) return { kind: 'answer', answer: problem(400, 'webhook.bad_header', names.detail) };
    const { event, guid } = names;
    return { kind: 'store', deliveries: newDeliveries({ type, webhook, event, guid, recipients, body, ...payload }) };
  };
}
