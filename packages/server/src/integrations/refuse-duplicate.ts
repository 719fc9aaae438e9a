import type { IntegrationManifest, RepositoryRef, WebhookHint } from '@commandcenter/integration-kit';
import type { Transaction } from '../database/database.ts';
import { type ApiError, conflict } from '../errors.ts';
import { type DuplicateIntegration, findDuplicate } from './integration-duplicate-queries.ts';
import type { IntegrationRow } from './integration-queries.ts';
import { listed } from './repositories/named-repositories.ts';

/** The properties of an integration after the requested change. */
type IntendedIntegration = Pick<
  IntegrationRow,
  'project_id' | 'integration_type' | 'auth_type' | 'config' | 'host' | 'credential_key'
>;

/** The parts of an integration that a request changes. Parts that stay as they were are not a reason to refuse it. */
interface DuplicateScope {
  /** Id of the integration that is being changed; null if a new one is being created. */
  id: number | null;
  /** True if the request changes the credential, the host or the installation. */
  identity: boolean;
  repositories: readonly RepositoryRef[];
  /** Those of the intended configuration. */
  hints: readonly WebhookHint[];
}

/**
 * Throws 409 naming the project's integration that already has the credential, the installation or the repositories, because two of them
 * would bring in the same items. The caller holds the project's lock, so that of two equal requests one is refused.
 */
export async function refuseDuplicate(
  trx: Transaction,
  manifest: IntegrationManifest,
  intended: IntendedIntegration,
  { id, identity, repositories, hints }: DuplicateScope,
): Promise<void> {
  if (!identity && repositories.length === 0) return;
  const { project_id, integration_type, host, credential_key } = intended;
  const first = await findDuplicate(trx, {
    project_id,
    integration_type,
    host,
    id,
    credential_key: identity ? credential_key : null,
    installation: identity ? installationOf(manifest, intended, hints) : null,
    repositories,
  });
  if (first !== undefined) throw duplicate(first);
}

function installationOf(
  { authTypes }: IntegrationManifest,
  { auth_type, config }: IntendedIntegration,
  hints: readonly WebhookHint[],
) {
  const keys = authTypes[auth_type]?.requiredConfig ?? [];
  if (keys.length === 0) return null;
  return {
    auth_type,
    config: Object.fromEntries(keys.map((key) => [key, String(config[key])])),
    hints: hints.filter(({ kind }) => kind === 'installation').map(({ value }) => value.toLowerCase()),
  };
}

function duplicate(first: DuplicateIntegration): ApiError {
  return conflict(
    `Integration ${first.id} ("${first.name}") of this project ${reasonOf(first)}`,
    'integration.duplicate',
    {
      integration_id: first.id,
    },
  );
}

function reasonOf({ id, same_credential, same_installation, repositories, follows }: DuplicateIntegration): string {
  const path = `/api/v1/integrations/${id}`;
  const useFirst = `Use that integration, change it with PATCH ${path}, or delete it first.`;
  if (same_installation) return `uses the same installation and brings in the same items. ${useFirst}`;
  if (same_credential) return `has the same credential and brings in the same items. ${useFirst}`;
  const remove = follows
    ? `leave them out of config.repositories here, or delete it first`
    : `remove them from config.repositories of one of the two (PATCH ${path} changes that one), or delete it first`;
  return `already ${follows ? 'follows' : 'names'} ${listed(repositories)}. Use that integration for them, ${remove}.`;
}
