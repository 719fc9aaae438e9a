import type { WebhookManifest } from '@commandcenter/integration-kit';
import type pg from 'pg';
import type { Notifier } from '../background/notify.ts';
import type { Logger } from '../logging.ts';
import type { Database } from '../store/database.ts';
import type { InsertOutcome } from '../store/delivery-insert.ts';
import type { RejectedAttempt } from '../store/rejected-attempts.ts';
import { type Candidates, sharedUrlCandidates } from './candidates.ts';
import { createGroupCommit, StoreUnavailableError, UnstorableDeliveryError } from './group-commit.ts';
import { createLearning } from './learning.ts';
import { recipientsOf } from './recipients.ts';
import { noSecret, unknownType, unverified } from './refusals.ts';
import { createRejections } from './rejections.ts';
import type { SecretDirectory } from './secret-directory.ts';
import { createSecretReader } from './secret-reader.ts';
import { createSecretSource } from './secret-source.ts';
import { findSigner, readSignature } from './signature-check.ts';
import { createStoredNotice } from './stored-notice.ts';
import { hintsOf, newDeliveries, readNames } from './verified-request.ts';
import { accepted, duplicate, pong, problem, unavailable, type WebhookAnswer } from './webhook-answer.ts';
import type { WebhookHeaders } from './webhook-headers.ts';
import { type PayloadReading, readPayload } from './webhook-payload.ts';

export interface WebhookRequest {
  /** The shared URL of a type, or an integration's own URL. */
  target: { type: string } | { integrationId: number };
  headers: WebhookHeaders;
  /** The raw bytes. */
  body: Buffer;
}

export interface IngestDependencies {
  db: Database;
  /** For the storing of deliveries alone, so that nothing else can use up its connections. */
  pool: Pick<pg.Pool, 'connect'>;
  registry: { get(type: string): { manifest: { webhook?: WebhookManifest } } | undefined };
  keys: { decrypt<T>(jwe: string): Promise<T> };
  notifier: Pick<Notifier, 'subscribe' | 'onReconnect' | 'notify'>;
  clock: { now(): Date };
  log: Logger;
  /** Wakes the delivery worker of this process. */
  onStored?(count: number): void;
}

export interface Ingest {
  /** Verifies, stores durably, answers. Never throws. */
  receive(request: WebhookRequest): Promise<WebhookAnswer>;
  /** Reads an integration's secrets again at once; notices on the channel `integrations` do the same a moment later. */
  refresh(integrationId: number): Promise<void>;
  /** Waits for what is being stored and takes nothing more. */
  close(): Promise<void>;
}

/** A webhook's way in. */
export function createIngest(dependencies: IngestDependencies): Ingest {
  const { db, pool, registry, keys, notifier, clock, log } = dependencies;
  const manifestOf = (type: string): WebhookManifest | undefined => registry.get(type)?.manifest.webhook;
  const source = createSecretSource({ db, notifier, manifestOf, clock, log });
  const secretOf = createSecretReader((jwe) => keys.decrypt(jwe), log);
  const rejections = createRejections({ db, clock, log });
  const learning = createLearning({ db, clock, log });
  const notice = createStoredNotice(notifier, log);
  const commit = createGroupCommit({
    pool,
    log,
    onStored(count) {
      dependencies.onStored?.(count);
      notice.send();
    },
  });

  const refuse = async (
    request: WebhookRequest,
    directory: SecretDirectory,
    answer: WebhookAnswer,
  ): Promise<WebhookAnswer> => {
    await rejections.record(() => describeAttempt(request, directory, manifestOf, String(answer.body.detail)));
    return answer;
  };

  const receive = async (request: WebhookRequest, attempt: number): Promise<WebhookAnswer> => {
    const { target, headers, body } = request;
    const directory = await source.ready();
    const integrationId = 'integrationId' in target ? target.integrationId : undefined;
    const type = 'type' in target ? target.type : directory.typeOf(target.integrationId);
    const retry = async (): Promise<boolean> => attempt < 3 && (await source.catchUp());
    if (type === undefined) {
      return (await retry()) ? receive(request, attempt + 1) : refuse(request, directory, noSecret(integrationId ?? 0));
    }
    const webhook = manifestOf(type);
    if (webhook === undefined) return unknownType(type);

    const signature = readSignature(webhook.signature, headers);
    if (!signature.ok) return refuse(request, directory, problem(401, signature.code, signature.detail));
    let read: PayloadReading | undefined;
    const reading = (): PayloadReading => {
      read ??= readPayload(webhook, headers['content-type'], body);
      return read;
    };
    const candidates: Candidates =
      integrationId === undefined
        ? sharedUrlCandidates(directory, type, () => hintsOf(webhook, headers, payloadOf(reading())))
        : { groups: directory.groupsOfIntegration(integrationId), narrowed: false };
    const signer = await findSigner(webhook.signature, body, signature.claimed, candidates.groups, secretOf);
    const hints = signer === undefined ? [] : hintsOf(webhook, headers, payloadOf(reading()));
    const recipients = signer && recipientsOf(signer, hints, clock.now().getTime(), integrationId);
    if (signer === undefined || recipients === undefined) {
      if (await retry()) return receive(request, attempt + 1);
      const secrets = directory.groupsOf(type).size;
      return refuse(
        request,
        directory,
        unverified({ type, webhook, integrationId, secrets, narrowed: candidates.narrowed }),
      );
    }

    const payload = reading();
    if (!payload.ok) return problem(payload.status, payload.code, payload.detail);
    learning.learn(directory, signer, recipients.kind === 'deliver' ? recipients.to : [], hints);
    if (webhook.pingEvent !== undefined && headers[webhook.eventHeader] === webhook.pingEvent) return pong;
    const names = readNames(webhook, headers, body);
    if (!names.ok) return problem(400, 'webhook.bad_header', names.detail);

    const { event, guid } = names;
    const deliveries = newDeliveries({ type, webhook, event, guid, recipients, body, ...payload });
    const outcomes = await Promise.all(deliveries.map((delivery) => commit.store(delivery)));
    const answer = answerOf(outcomes);
    if (answer !== undefined) return answer;
    // The secret went between its reading and the storing: with what is true now the same request is judged again.
    for (const delivery of deliveries) await source.refresh(delivery.integrationId);
    return attempt < 3
      ? receive(request, attempt + 1)
      : unavailable('ingest.changing', 'The integration is being changed. Deliver again.', 1);
  };

  return {
    async receive(request) {
      try {
        return await receive(request, 1);
      } catch (error) {
        return answerOfError(error, log);
      }
    },
    refresh: (integrationId) => source.refresh(integrationId),
    async close() {
      await commit.close();
      notice.close();
      await Promise.all([source.close(), rejections.close(), learning.close()]);
    },
  };
}

const payloadOf = (reading: PayloadReading): unknown => (reading.ok ? reading.payload : undefined);

/** Undefined when the secret is gone for all of them. */
function answerOf(outcomes: readonly InsertOutcome[]): WebhookAnswer | undefined {
  const stored = outcomes.flatMap((outcome) => (outcome.kind === 'stored' ? [outcome.id] : []));
  if (stored.length > 0) return accepted(stored);
  const earlier = outcomes.find((outcome) => outcome.kind === 'duplicate');
  return earlier?.kind === 'duplicate' ? duplicate(earlier.id) : undefined;
}

/** What is kept of an attempt that did not verify. It belongs to an integration where the URL or the hints name exactly one. */
function describeAttempt(
  { target, headers, body }: WebhookRequest,
  directory: SecretDirectory,
  manifestOf: (type: string) => WebhookManifest | undefined,
  reason: string,
): RejectedAttempt {
  const type = 'type' in target ? target.type : directory.typeOf(target.integrationId);
  const webhook = type === undefined ? undefined : manifestOf(type);
  const header = (name: string | undefined): string => (name === undefined ? '' : (headers[name] ?? '').slice(0, 128));
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
    const hints = hintsOf(webhook, headers, payloadOf(readPayload(webhook, headers['content-type'], body)));
    return directory.onlyIntegration(type, hints);
  }
}

function answerOfError(error: unknown, log: Logger): WebhookAnswer {
  if (error instanceof StoreUnavailableError) {
    return unavailable(
      error.code,
      'The delivery could not be stored just now. Deliver it again in a moment.',
      error.code === 'ingest.queue_full' ? 1 : 5,
    );
  }
  if (error instanceof UnstorableDeliveryError) {
    return problem(
      400,
      'webhook.unstorable',
      'The database refused the text of a header of this request: it holds characters that cannot be stored.',
    );
  }
  log.error({ err: error }, 'webhook not taken');
  return unavailable(
    'ingest.unavailable',
    'The delivery could not be checked or stored just now. Deliver it again in a moment.',
    5,
  );
}
