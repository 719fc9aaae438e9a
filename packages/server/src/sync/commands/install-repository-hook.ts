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
  /** Public address of this server. */
  publicUrl: string;
}

export interface InstalledHook {
  external_id: string;
  url: string;
  created: boolean;
  /** Why nothing will arrive, and what helps. */
  notice?: string;
}

/** Puts a webhook on the repository, or brings ours up to date. Throws 404, 409 without a webhook secret, and what the provider refused. */
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

/** The webhook goes to this machine itself, and the provider is another one. */
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
