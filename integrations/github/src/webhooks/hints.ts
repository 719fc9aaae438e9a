import type { WebhookHint } from '@commandcenter/integration-kit';

const MAX_HINTS = 200;

/**
 * Returns the hints of a webhook request about the integration that it is meant for. Hints are untrusted and only decide whose secret is
 * tried first.
 */
export function webhookHints(headers: Record<string, string | undefined>, payload: unknown): WebhookHint[] {
  const target = headers['x-github-hook-installation-target-id'];
  return compact([
    hint('hook', headers['x-github-hook-id']),
    hint('hook_target', target && `${headers['x-github-hook-installation-target-type'] ?? ''}:${target}`),
    hint('installation', member(payload, 'installation', 'id')),
    hint('repository_id', member(payload, 'repository', 'id')),
    hint('repository', member(payload, 'repository', 'full_name')),
    hint('organization_id', member(payload, 'organization', 'id')),
    hint('organization', member(payload, 'organization', 'login')),
  ]);
}

/**
 * Returns the webhook hints that an integration's configuration gives: the installation and repositories whose webhooks are meant for it.
 */
export function configHints(config: Record<string, unknown>): WebhookHint[] {
  const repositories = Array.isArray(config.repositories) ? config.repositories : [];
  return compact([
    hint('installation', config.installation_id),
    ...repositories.slice(0, MAX_HINTS).map((repository) => hint('repository', repository)),
  ]);
}

function hint(kind: WebhookHint['kind'], value: unknown): WebhookHint | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value).toLowerCase();
  return text === '' || text.length > 255 || text.includes('\0') ? null : { kind, value: text };
}

const member = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );

const compact = (hints: (WebhookHint | null)[]): WebhookHint[] => hints.filter((one) => one !== null);
