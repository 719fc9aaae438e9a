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
  /** Host name of the provider's API, as it is part of every identity, such as `api.github.com`. */
  host: string;
  /** The provider's clock minus ours, in milliseconds. */
  clock_offset_ms: number;
  config: unknown;
  /** The account that the integration has at the provider. */
  account: unknown;
  enabled: boolean;
}

export interface ChangeSource {
  kind: 'webhook' | 'poll' | 'import' | 'read' | 'manual' | 'write';
  /** Id of the delivery (the stored webhook) that the change comes from. */
  deliveryId?: number;
  /** Name of the person who made the change at the provider, if the webhook names one. */
  by?: string;
  /** The write whose response the snapshot is; only with `kind: 'write'`. */
  answered?: Write;
}

/** A change at the provider, with the integration that it came through and the way we heard of it. */
export interface IncomingChange {
  integration: SyncIntegration;
  change: Change;
  source: ChangeSource;
}

/**
 * Applies changes in the given order and returns the effects of each. The number of SQL statements is the same for 1 and for 500 item
 * changes. Throws `UnusablePayloadError` for the whole batch if a number or time cannot be stored; the transaction must then be rolled
 * back.
 */
export type ApplyChanges = (trx: Transaction, batch: readonly IncomingChange[]) => Promise<Effect[][]>;

/** Returns the actor that a task's history names for a change that an integration brings in. */
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

/** Returns false if `config.auto_sync` is switched off: unknown items then become tasks only if an import or a person asks for them. */
export const autoSyncs = (integration: SyncIntegration): boolean => configOf(integration).auto_sync !== false;

/** Returns `config.default_labels`, the labels that every item gets that the integration creates. */
export function defaultLabelsOf(integration: SyncIntegration): string[] {
  const labels = configOf(integration).default_labels;
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [];
}

/** Returns `config.conflict_policy`, which decides the conflicts of the integration; `newest` if it is not set. */
export function conflictPolicyOf(integration: SyncIntegration): ConflictPolicy {
  const { conflict_policy: wanted } = configOf(integration);
  return conflictPolicies.find((policy) => policy === wanted) ?? 'newest';
}

/** Returns `config.poll_seconds`, the pause between polls; undefined if it is not a positive number. */
export function pollSecondsOf(integration: SyncIntegration): number | undefined {
  const seconds = configOf(integration).poll_seconds;
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}

/** Returns true if `config.repositories` names the repository. An absent or empty list allows every repository. */
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
