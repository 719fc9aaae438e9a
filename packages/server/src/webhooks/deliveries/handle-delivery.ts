import {
  type Change,
  IntegrationError,
  toIntegrationError,
  UnusablePayloadError,
  WebhookIntegration,
} from '@commandcenter/integration-kit';
import type { AuthorFailures } from '../../integrations/author-failures.ts';
import type { OpenIntegration } from '../../integrations/host.ts';
import type { IntegrationRow } from '../../integrations/integration-queries.ts';
import { HELD_REASON } from '../ingest/delivery-insert-queries.ts';
import { type DeliverySummary, emptySummary, summarize } from '../ingest/delivery-summary.ts';
import { unusableReason } from './attempts.ts';
import type { QueuedDelivery } from './delivery-queue-queries.ts';
import { BodyGoneError, type ReadPayload } from './read-payload.ts';

/** Result of the integration's handler for one delivery, before anything is changed. */
export type Handled = { summary: DeliverySummary } & (
  | { kind: 'changes'; integration: IntegrationRow; changes: Change[]; reason: string | null }
  | { kind: 'ignored'; reason: string }
  | { kind: 'held'; reason: string }
  /** The delivery cannot be used, and another attempt could not end better. */
  | { kind: 'unusable'; reason: string }
  | { kind: 'error'; error: IntegrationError }
);

export interface HandleDependencies {
  /** Row of the delivery's integration; undefined if the integration was deleted. */
  row: IntegrationRow | undefined;
  readPayload: ReadPayload;
  open(row: IntegrationRow): Promise<OpenIntegration>;
  authorFailures: AuthorFailures;
  handlerTimeoutMs: number;
}

/** Calls the integration's handler for one delivery. Never throws, because a failure concerns this delivery alone. */
export async function handleDelivery(delivery: QueuedDelivery, dependencies: HandleDependencies): Promise<Handled> {
  const { row, readPayload, open, authorFailures, handlerTimeoutMs } = dependencies;
  let summary = emptySummary;
  let opened: OpenIntegration | undefined;
  try {
    if (row === undefined) return { kind: 'ignored', reason: 'Its integration was deleted.', summary };
    if (!row.enabled) return { kind: 'held', reason: HELD_REASON, summary };
    const payload = await readPayload(delivery);
    summary = summarize(payload);
    opened = await open(row);
    const { instance, secrets, takeChanges } = opened;
    if (!(instance instanceof WebhookIntegration)) {
      return { kind: 'ignored', reason: `${row.integration_type} integrations handle no webhooks.`, summary };
    }
    takeChanges();
    const result = await inTime(instance.handleWebhook(delivery.event, payload), handlerTimeoutMs);
    const { status } = result;
    const reason = result.reason === undefined ? null : secrets.redact(result.reason);
    const changes = takeChanges();
    if (status === 'ignored' && changes.length === 0) {
      return { kind: 'ignored', reason: reason ?? 'The integration had no use for it.', summary };
    }
    return { kind: 'changes', integration: row, changes, reason, summary };
  } catch (thrown) {
    const error = opened?.secrets.redactError(thrown) ?? thrown;
    if (error instanceof BodyGoneError) return { kind: 'unusable', reason: error.message, summary };
    if (error instanceof UnusablePayloadError) return { kind: 'unusable', reason: unusableReason(error), summary };
    const failure = toIntegrationError(error);
    // The attempt keeps the message alone. The log is where an author finds the stack.
    if (failure.class === 'bug' && opened !== undefined)
      authorFailures.report(opened.row.integration_type, 'handleWebhook', error);
    return { kind: 'error', error: failure, summary };
  }
}

async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new IntegrationError(`handleWebhook did not end within ${milliseconds / 1000} s.`, { class: 'timeout' }),
    );
  }, milliseconds);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
