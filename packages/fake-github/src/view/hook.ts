import type { JsonObject } from '../json.ts';
import { fullName } from '../state/world.ts';
import type { Delivery } from '../webhooks/delivery-log.ts';
import type { Hook } from '../webhooks/hooks.ts';
import type { Urls } from './urls.ts';

function hookUrl(hook: Hook, urls: Urls): string {
  const { target } = hook;
  if (target.type === 'repository') return `${urls.api}/repos/${fullName(target.repository)}/hooks/${hook.id}`;
  if (target.type === 'organization') return `${urls.api}/orgs/${target.organization.login}/hooks/${hook.id}`;
  return `${urls.api}/app/hook`;
}

/** Returns a webhook in GitHub's form `hook`. Its secret is shown as asterisks. */
export function hookView(hook: Hook, urls: Urls): JsonObject {
  const url = hookUrl(hook, urls);
  const kinds = { repository: 'Repository', organization: 'Organization', integration: 'App' } as const;
  return {
    type: kinds[hook.target.type],
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: {
      content_type: hook.contentType,
      insecure_ssl: hook.insecureSsl,
      ...(hook.secret === null ? {} : { secret: '********' }),
      url: hook.url,
    },
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: hook.lastResponse,
  };
}

/** Returns a delivery in GitHub's form `hook-delivery-item`, as in lists. */
export function deliveryItemView(delivery: Delivery): JsonObject {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** Returns a delivery in GitHub's form `hook-delivery`, with its request and response. */
export function deliveryView(delivery: Delivery): JsonObject {
  return {
    ...deliveryItemView(delivery),
    url: delivery.hook.url,
    request: { headers: delivery.headers, payload: JSON.parse(delivery.payload) },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
