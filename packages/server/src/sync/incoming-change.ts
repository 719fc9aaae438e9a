import type { Change, IntegrationRecord } from '@commandcenter/integration-kit';
import type { Actor } from '../domain/actor.ts';
import type { Effect } from '../domain/effect.ts';
import type { SyncFields } from '../domain/sync-fields.ts';
import type { Transaction } from '../store/database.ts';

/** What sync needs to know of an integration. */
export interface SyncIntegration {
  id: number;
  project_id: number;
  name?: string;
  integration_type: string;
  config: unknown;
  /** Who it is at the other side. */
  account: unknown;
  enabled: boolean;
}

export interface ChangeSource {
  kind: 'webhook' | 'poll' | 'import' | 'refetch' | 'manual' | 'write';
  /** The stored webhook. */
  deliveryId?: number;
  /** With `write`: what was sent, and is answered by this snapshot. */
  answered?: SyncFields;
}

/** A change at the other side, and how we heard of it. */
export interface IncomingChange {
  integration: SyncIntegration;
  change: Change;
  source: ChangeSource;
}

/**
 * Takes changes in, in the given order, and answers what each did. The same number of statements for one as for 500 item changes.
 * Throws `UnusablePayloadError` for the whole batch when a snapshot's time is none; the transaction is then of no use.
 */
export type ApplyChanges = (trx: Transaction, batch: readonly IncomingChange[]) => Promise<Effect[][]>;

/** Who history names for what came from the other side. */
export const actorOf = (integration: SyncIntegration): Actor => ({
  type: 'integration',
  id: integration.id,
  name: integration.name ?? integration.integration_type,
});

const configOf = ({ config }: SyncIntegration): Record<string, unknown> =>
  typeof config === 'object' && config !== null && !Array.isArray(config) ? (config as Record<string, unknown>) : {};

/** `config.auto_sync`: items become tasks unless it is switched off. */
export const autoSyncs = (integration: SyncIntegration): boolean => configOf(integration).auto_sync !== false;

/** `config.default_labels`: what every item gets that we make. */
export function defaultLabelsOf(integration: SyncIntegration): string[] {
  const labels = configOf(integration).default_labels;
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [];
}

/** `config.poll_seconds`, where it is a sensible number. */
export function pollSecondsOf(integration: SyncIntegration): number | undefined {
  const seconds = configOf(integration).poll_seconds;
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}

/** Who the integration is at the other side, once that is known. */
export const accountOf = ({ account }: SyncIntegration): IntegrationRecord['account'] =>
  account as IntegrationRecord['account'];
