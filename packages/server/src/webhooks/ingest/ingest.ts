import type { WebhookManifest } from '@commandcenter/integration-kit';
import type pg from 'pg';
import type { Notifier } from '../../background/notify.ts';
import type { Database } from '../../database/database.ts';
import type { AuthorFailures } from '../../integrations/author-failures.ts';
import { configHints } from '../../integrations/webhook-hints.ts';
import type { Logger } from '../../logging.ts';
import type { InsertOutcome } from './delivery-insert-queries.ts';
import { describeAttempt } from './describe-attempt.ts';
import { QueueFullError } from './fair-queue.ts';
import { createGroupCommit, StoreUnavailableError, UnstorableDeliveryError } from './group-commit.ts';
import { createHintLearner } from './learned-hints.ts';
import { createRecentRate } from './recent-rate.ts';
import { createRejections } from './rejections.ts';
import { createSecretReader } from './secret-reader.ts';
import { createSecretSource } from './secret-source.ts';
import { createStoredNotice } from './stored-notice.ts';
import { createRequestVerifier, type WebhookRequest } from './verify-request.ts';
import { accepted, duplicate, problem, unavailable, type WebhookResponse } from './webhook-response.ts';

export interface IngestDependencies {
  db: Database;
  /** Connections to the database of `db` that only the storing of webhooks uses. */
  pool: Pick<pg.Pool, 'connect'>;
  registry: { get(type: string): { manifest: { webhook?: WebhookManifest } } | undefined };
  authorFailures: AuthorFailures;
  keys: { decrypt<T>(jwe: string): Promise<T> };
  notifier: Pick<Notifier, 'subscribe' | 'onReconnect' | 'notify'>;
  clock: { now(): Date };
  log: Logger;
  /** Wakes the delivery worker of this process. */
  onStored?(count: number): void;
}

export interface Ingest {
  /**
   * Verifies a webhook, stores it durably and returns the response. `release` is called when the queue of deliveries to be stored
   * accounts for the body. Never throws.
   */
  receive(request: WebhookRequest, release?: () => void): Promise<WebhookResponse>;
  /** Reads an integration's secrets again at once. Notices on the channel `integrations` do the same a moment later. */
  refresh(integrationId: number): Promise<void>;
  /** Returns the number of deliveries that this process stores per second at present. */
  storedPerSecond(): number;
  /** Accepts no more webhooks, and waits for those that are being stored. */
  close(): Promise<void>;
}

/**
 * Most bytes of bodies of requests that wait while new secrets are looked for. Beyond that, a request is refused without looking for new
 * secrets.
 */
const LOOKING_LIMIT_BYTES = 16 * 1024 * 1024;
/** Most times that one request is verified, if webhook secrets change meanwhile. */
const ATTEMPTS = 3;

/** Creates the intake of webhooks, which verifies each request, stores it and makes the response. */
export function createIngest(dependencies: IngestDependencies): Ingest {
  const { db, pool, registry, authorFailures, keys, notifier, clock, log } = dependencies;
  const manifestOf = (type: string): WebhookManifest | undefined => registry.get(type)?.manifest.webhook;
  const source = createSecretSource({
    db,
    notifier,
    configHintsOf: (type, config) => configHints({ type, ...registry.get(type)?.manifest }, config, authorFailures),
    clock,
    log,
  });
  const secretOf = createSecretReader((jwe) => keys.decrypt(jwe), log);
  const rejections = createRejections({ db, clock, log });
  const learner = createHintLearner({ db, clock, log });
  const notice = createStoredNotice(notifier, log);
  const rate = createRecentRate();
  const commit = createGroupCommit({
    pool,
    log,
    onStored(count) {
      rate.add(count);
      dependencies.onStored?.(count);
      notice.send();
    },
  });

  const verify = createRequestVerifier({ manifestOf, secretOf, learner, authorFailures, clock });

  const refuse = async (
    request: WebhookRequest,
    { refusal, reason }: { refusal: WebhookResponse; reason: string },
  ): Promise<WebhookResponse> => {
    const directory = await source.ready();
    // The body counts until the response, because this call keeps it alive meanwhile.
    await rejections.record(() => describeAttempt(request, directory, { manifestOf, authorFailures }, reason));
    return refusal;
  };

  let lookingBytes = 0;
  /** Looks for new webhook secrets. Returns true if secrets came or went since the revision with which a request was verified. */
  const lookAgain = async ({ length }: Buffer, revision: number): Promise<boolean> => {
    if (lookingBytes + length > LOOKING_LIMIT_BYTES && lookingBytes > 0) return false;
    lookingBytes += length;
    try {
      return await source.catchUp(revision);
    } finally {
      lookingBytes -= length;
    }
  };

  const receive = async (request: WebhookRequest, release: () => void): Promise<WebhookResponse> => {
    for (let attempt = 1; ; attempt += 1) {
      // Keep only the outcome of the verification, so that the parsed payload can be freed before the commit is waited for.
      const directory = await source.ready();
      const { revision } = directory;
      const verification = await verify(directory, request);
      if (verification.kind === 'response') return verification.response;
      if (verification.kind === 'refuse') {
        const again = verification.unknownSigner && attempt < ATTEMPTS && (await lookAgain(request.body, revision));
        if (again) continue;
        return await refuse(request, verification);
      }
      const { deliveries } = verification;
      const storing = deliveries.map((delivery) => commit.store(delivery));
      // Release the body, because the queue of deliveries to be stored has a limit of its own.
      release();
      const response = responseTo(await Promise.all(storing));
      if (response !== undefined) return response;
      // The secret was deleted or ended after the verification, so verify the same request again with the secrets that are valid now.
      if (attempt >= ATTEMPTS) {
        return unavailable('ingest.changing', 'The integration is being changed just now. Deliver again.', 1);
      }
      for (const { integrationId } of deliveries) await source.refresh(integrationId);
    }
  };

  return {
    async receive(request, release = () => undefined) {
      try {
        return await receive(request, release);
      } catch (error) {
        return responseToError(error, log);
      }
    },
    refresh: (integrationId) => source.refresh(integrationId),
    storedPerSecond: () => rate.perSecond(),
    async close() {
      await commit.close();
      notice.close();
      await Promise.all([source.close(), rejections.close(), learner.close()]);
    },
  };
}

/** Returns the response for the outcomes of storing, or undefined if the secrets of all deliveries are gone. */
function responseTo(outcomes: readonly InsertOutcome[]): WebhookResponse | undefined {
  const stored = outcomes.flatMap((outcome) => (outcome.kind === 'stored' ? [outcome.id] : []));
  if (stored.length > 0) return accepted(stored);
  const earlier = outcomes.find((outcome) => outcome.kind === 'duplicate');
  return earlier?.kind === 'duplicate' ? duplicate(earlier.id) : undefined;
}

function responseToError(error: unknown, log: Logger): WebhookResponse {
  if (error instanceof QueueFullError) {
    return unavailable(
      'ingest.busy',
      "Too many requests are waiting to be verified. Deliver it again in a moment; the integration's own URL, /api/v1/integrations/{id}/webhook, is verified without waiting.",
      2,
    );
  }
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
  log.error({ err: error }, 'webhook not accepted');
  return unavailable(
    'ingest.unavailable',
    'The delivery could not be checked or stored just now. Deliver it again in a moment.',
    5,
  );
}
