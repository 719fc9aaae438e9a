import type { Change, IntegrationRecord } from '@commandcenter/integration-kit';
import type { Actor } from '../../accounts/actor.ts';
import type { Transaction } from '../../database/database.ts';
import { type ConflictPolicy, conflictPolicies } from '../conflicts/conflict.ts';
import type { Effect } from '../effect.ts';
import type { ItemIdentity } from '../link/link-queries.ts';
import type { Write } from '../reconcile/write.ts';

/** The columns of an integration that sync needs. */
export interface SyncIntegration {
  id: number;
  project_id: number;
  name?: string;
  integration_type: string;
  /** As it stands in identities: `api.github.com`. */
  host: string;
  /** The provider's clock minus ours. */
  clock_offset_ms: number;
  config: unknown;
  /** The account that the integration has at the provider. */
  account: unknown;
  enabled: boolean;
}

export interface ChangeSource {
  kind: 'webhook' | 'poll' | 'import' | 'read' | 'manual' | 'write';
  /** The stored webhook. */
  deliveryId?: number;
  /** The person who made the change, where the webhook names one. */
  by?: string;
  /** With `write`: the write that this snapshot is the response to. */
  answered?: Write;
}

/** A change at the provider, and how we heard of it. */
export interface IncomingChange {
  integration: SyncIntegration;
  change: Change;
  source: ChangeSource;
}

/**
 * Applies changes in the given order and returns the effects of each. The number of statements is the same for one as for 500 item
 * changes. Throws `UnusablePayloadError` for the whole batch when a number or a time cannot be stored; the transaction is then of no use.
 */
export type ApplyChanges = (trx: Transaction, batch: readonly IncomingChange[]) => Promise<Effect[][]>;

/** The actor that history names for a change at the provider. */
export const actorOf = (integration: SyncIntegration): Actor => ({
  type: 'integration',
  id: integration.id,
  name: integration.name ?? integration.integration_type,
});

export const identityOf = (
  { project_id, integration_type, host }: Pick<SyncIntegration, 'project_id' | 'integration_type' | 'host'>,
  external_id: string,
): ItemIdentity => ({ project_id, integration_type, host, external_id });

const configOf = ({ config }: SyncIntegration): Record<string, unknown> =>
  typeof config === 'object' && config !== null && !Array.isArray(config) ? (config as Record<string, unknown>) : {};

/** `config.auto_sync`: items become tasks unless it is switched off. */
export const autoSyncs = (integration: SyncIntegration): boolean => configOf(integration).auto_sync !== false;

/** `config.default_labels`: the labels that every item gets that we create. */
export function defaultLabelsOf(integration: SyncIntegration): string[] {
  const labels = configOf(integration).default_labels;
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [];
}

/** `config.conflict_policy`: how an edit on both sides is decided. */
export function conflictPolicyOf(integration: SyncIntegration): ConflictPolicy {
  const { conflict_policy: wanted } = configOf(integration);
  return conflictPolicies.find((policy) => policy === wanted) ?? 'newest';
}

/** `config.poll_seconds`, where it is a sensible number. */
export function pollSecondsOf(integration: SyncIntegration): number | undefined {
  const seconds = configOf(integration).poll_seconds;
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}

/** `config.repositories`: false for a repository that the list leaves out. An empty list allows every repository. */
export function allowsRepository(
  integration: SyncIntegration,
  { owner, name }: { owner: string; name: string },
): boolean {
  const { repositories } = configOf(integration);
  if (!Array.isArray(repositories) || repositories.length === 0) return true;
  const wanted = `${owner}/${name}`.toLowerCase();
  return repositories.some((entry) => typeof entry === 'string' && entry.toLowerCase() === wanted);
}

/** Returns the account of the integration at the provider; null until it is known. */
export const accountOf = ({ account }: SyncIntegration): IntegrationRecord['account'] =>
  account as IntegrationRecord['account'];
