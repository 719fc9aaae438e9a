import { IntegrationError, isHookInstaller, type RepositoryRef } from '@commandcenter/integration-kit';
import type { Database } from '../../database/database.ts';
import { conflict, notFound } from '../../errors.ts';
import type { IntegrationHost } from '../../integrations/host.ts';
import { announceIntegration, findIntegration } from '../../integrations/integration-queries.ts';
import { saveRemoteHook } from '../../integrations/remote-hook-queries.ts';
import { addConfiguredHints } from '../../integrations/webhook-hint-queries.ts';

export interface HookDependencies {
  db: Database;
  host: Pick<IntegrationHost, 'run' | 'vault'>;
  clock: { now(): Date };
  /** The public URL of this server, to which the webhook sends its requests. */
  publicUrl: string;
}

export interface InstalledHook {
  external_id: string;
  url: string;
  created: boolean;
  /** A sentence for people that says why no delivery of the webhook can arrive here and how to fix that. Absent if no obstacle is known. */
  notice?: string;
}

/**
 * Creates our webhook in the repository, or updates it if it is there. Throws ApiError 404, ApiError 409 if the integration has no
 * webhook secret, and the IntegrationError of a refused request.
 */
export async function installRepositoryHook(
  { db, host, clock, publicUrl }: HookDependencies,
  { integrationId, repository }: { integrationId: number; repository: RepositoryRef },
): Promise<InstalledHook> {
  const integration = await findIntegration(db, integrationId);
  if (integration === undefined) throw notFound(`integration ${integrationId}`);
  const [secret] = await host.vault.webhookSecrets(integration, clock.now());
  if (secret === undefined) {
    throw conflict(
      `"${integration.name}" has no webhook secret, so nothing that a hook sends could be verified. Give it one with PATCH {"config": {"webhook_secret": "…"}}.`,
      'integration.no_webhook_secret',
    );
  }
  const url = `${publicUrl.replace(/\/+$/, '')}/api/v1/integrations/${integrationId}/webhook`;
  const { externalId, created } = await host.run(
    integrationId,
    'install webhook',
    (instance, signal) => {
      if (isHookInstaller(instance)) return instance.installHook(repository, { url, secret }, signal);
      throw new IntegrationError('This integration cannot put webhooks on repositories.', {
        class: 'validation',
        code: 'integration.no_hooks',
        hint: `Set the webhook up there by hand, with the URL ${url}.`,
      });
    },
    { interactive: true },
  );
  const name = `${repository.owner}/${repository.name}`;
  await db.transaction().execute(async (trx) => {
    await saveRemoteHook(trx, integrationId, { repository: name, external_id: externalId, url });
    await addConfiguredHints(trx, integration, [
      { kind: 'hook', value: externalId },
      { kind: 'repository', value: name },
    ]);
    await announceIntegration(trx, integrationId);
  });
  const notice = unreachableNotice(url, integration.host);
  return { external_id: externalId, url, created, ...(notice !== undefined && { notice }) };
}

/** Returns a notice if the webhook's URL is a loopback address and the provider runs elsewhere, so that no delivery can arrive. */
export function unreachableNotice(url: string, otherHost: string): string | undefined {
  const { hostname } = new URL(url);
  if (!isLoopback(hostname) || isLoopback(new URL(`http://${otherHost}`).hostname)) return undefined;
  return `${otherHost} cannot reach ${url}: set PUBLIC_URL to an address of this server that it can reach, start again, and repeat this request. Until then the repository is polled.`;
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(\.\d+){3}$/.test(hostname);
