import type { WebhookHint, WebhookManifest } from '@commandcenter/integration-kit';
import type { NewDelivery } from '../store/delivery-insert.ts';
import { type Candidates, sharedUrlCandidates } from './candidates.ts';
import type { Learning } from './learning.ts';
import { narrowingHints, recipientsOf } from './recipients.ts';
import { noSecret, unknownType, unverified } from './refusals.ts';
import type { SecretDirectory, SecretGroup } from './secret-directory.ts';
import { findSigner, readSignature } from './signature-check.ts';
import { hintsOf, newDeliveries, readNames } from './verified-request.ts';
import { pong, problem, type WebhookAnswer } from './webhook-answer.ts';
import type { WebhookHeaders } from './webhook-headers.ts';
import { type PayloadReading, payloadOf, readPayload } from './webhook-payload.ts';

export interface WebhookRequest {
  /** The shared URL of a type, or an integration's own URL. */
  target: { type: string } | { integrationId: number };
  headers: WebhookHeaders;
  /** The raw bytes. */
  body: Buffer;
}

export type Judgement =
  | { kind: 'answer'; answer: WebhookAnswer }
  /** 401. `unknownSigner`: a secret that is not known yet might change it. */
  | { kind: 'refuse'; refusal: WebhookAnswer; unknownSigner: boolean }
  | { kind: 'store'; deliveries: NewDelivery[] };

export interface JudgeDependencies {
  manifestOf(type: string): WebhookManifest | undefined;
  secretOf(group: SecretGroup): string | undefined | Promise<string | undefined>;
  learning: Pick<Learning, 'learn'>;
  clock: { now(): Date };
}

/**
 * Says what becomes of a request, by what is in memory alone. The order is fixed: signature (401), content type and JSON (415, 400),
 * ping, names (400), recipients.
 */
export function createJudge({ manifestOf, secretOf, learning, clock }: JudgeDependencies) {
  return async (directory: SecretDirectory, { target, headers, body }: WebhookRequest): Promise<Judgement> => {
    const integrationId = 'integrationId' in target ? target.integrationId : undefined;
    const type = 'type' in target ? target.type : directory.typeOf(target.integrationId);
    if (type === undefined) return { kind: 'refuse', refusal: noSecret(integrationId ?? 0), unknownSigner: true };
    const webhook = manifestOf(type);
    if (webhook === undefined) return { kind: 'answer', answer: unknownType(type) };

    const signature = readSignature(webhook.signature, headers);
    if (!signature.ok) {
      return { kind: 'refuse', refusal: problem(401, signature.code, signature.detail), unknownSigner: false };
    }
    let read: PayloadReading | undefined;
    const reading = (): PayloadReading => {
      read ??= readPayload(webhook, headers['content-type'], body);
      return read;
    };
    const hintsOfRequest = (): WebhookHint[] => hintsOf(webhook, headers, payloadOf(reading()));
    const candidates: Candidates =
      integrationId === undefined
        ? sharedUrlCandidates(directory, type, hintsOfRequest)
        : { groups: directory.groupsOfIntegration(integrationId), narrowed: false };
    const signer = await findSigner(webhook.signature, body, signature.claimed, candidates.groups, secretOf);
    const claimedEvent = headers[webhook.eventHeader];
    const hints = signer === undefined ? [] : narrowingHints(webhook, claimedEvent, hintsOfRequest());
    const recipients = signer && recipientsOf(signer, hints, clock.now().getTime(), integrationId);
    if (signer === undefined || recipients === undefined) {
      const secrets = directory.groupsOf(type).size;
      const refusal = unverified({ type, webhook, integrationId, secrets, narrowed: candidates.narrowed });
      return { kind: 'refuse', refusal, unknownSigner: true };
    }

    const payload = reading();
    if (!payload.ok) return { kind: 'answer', answer: problem(payload.status, payload.code, payload.detail) };
    learning.learn(directory, signer, recipients.kind === 'deliver' ? recipients.to : [], hints);
    if (webhook.pingEvent !== undefined && claimedEvent === webhook.pingEvent) {
      return { kind: 'answer', answer: pong };
    }
    const names = readNames(webhook, headers, body);
    if (!names.ok) return { kind: 'answer', answer: problem(400, 'webhook.bad_header', names.detail) };
    const { event, guid } = names;
    return { kind: 'store', deliveries: newDeliveries({ type, webhook, event, guid, recipients, body, ...payload }) };
  };
}
