import { ApiError, notFound, validationFailed } from '../errors.ts';
import { accessRules, repositoryAccess, writeAccess } from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { bodyObject, optionalBoolean, optionalString, optionalStringList, optionalWord } from '../http/fields.ts';
import { pageResponse } from '../http/pagination.ts';
import type { JsonObject } from '../json.ts';
import type { Repository } from '../state/model.ts';
import { deliveryItemView, deliveryView, hookView } from '../view/hook.ts';
import type { Delivery } from '../webhooks/delivery-log.ts';
import { type Hook, type HookInput, maximumHooksPerEvent } from '../webhooks/hooks.ts';
import { sendPing } from '../webhooks/ping.ts';

const list = '/repos/{owner}/{repo}/hooks';
const one = `${list}/{hook_id}`;

function find(context: RequestContext, repository: Repository): Hook {
  const hook = context.hooks.get(Number(context.params.hook_id));
  if (hook?.target.type !== 'repository' || hook.target.repository !== repository) throw notFound();
  return hook;
}

function writable(context: RequestContext): { hook: Hook; repository: Repository } {
  const { repository } = writeAccess(context, accessRules.writeHooks);
  return { hook: find(context, repository), repository };
}

function readable(context: RequestContext): Hook {
  return find(context, repositoryAccess(context, accessRules.readHooks).repository);
}

function readConfig(config: JsonObject): Partial<HookInput> {
  const url = optionalString(config, 'url');
  if (url !== undefined && !/^https?:\/\//.test(url)) {
    throw validationFailed({ resource: 'Hook', code: 'custom', field: 'url', message: 'url is missing a scheme' });
  }
  const contentType = optionalWord(config, 'content_type', ['json', 'form']);
  const secret = optionalString(config, 'secret');
  const insecureSsl = config.insecure_ssl === undefined ? undefined : String(config.insecure_ssl) === '1' ? '1' : '0';
  return {
    ...(url === undefined ? {} : { url }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(secret === undefined ? {} : { secret }),
    ...(insecureSsl === undefined ? {} : { insecureSsl }),
  };
}

function create(context: RequestContext): RouteResponse {
  const { repository, caller } = writeAccess(context, accessRules.writeHooks);
  const body = bodyObject(context.body);
  const { url, ...config } = readConfig(bodyObject(body.config));
  if (url === undefined) throw validationFailed({ resource: 'Hook', code: 'missing_field', field: 'url' });
  const events = optionalStringList(body, 'events', 'name') ?? ['push'];
  const present = context.hooks.ofRepository(repository);
  if (present.some((hook) => hook.url === url && events.some((event) => hook.events.includes(event)))) {
    throw validationFailed({ resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' });
  }
  if (present.length >= maximumHooksPerEvent) {
    const message = `The "${events[0]}" event cannot have more than ${maximumHooksPerEvent} hooks`;
    throw validationFailed({ resource: 'Hook', code: 'custom', message });
  }
  const active = optionalBoolean(body, 'active') ?? true;
  const hook = context.hooks.add({ type: 'repository', repository }, { url, ...config, events, active });
  sendPing(context.dispatcher, hook, caller, context.urls);
  const view = hookView(hook, context.urls);
  return { status: 201, body: view, headers: { location: String(view.url) } };
}

function update(context: RequestContext): RouteResponse {
  const { hook } = writable(context);
  const body = bodyObject(context.body);
  const active = optionalBoolean(body, 'active');
  const added = optionalStringList(body, 'add_events', 'name') ?? [];
  const removed = new Set(optionalStringList(body, 'remove_events', 'name'));
  const events = [...(optionalStringList(body, 'events', 'name') ?? hook.events), ...added];
  context.hooks.edit(hook, {
    ...(body.config === undefined ? {} : readConfig(bodyObject(body.config))),
    ...(active === undefined ? {} : { active }),
    events: [...new Set(events)].filter((event) => !removed.has(event)),
  });
  return { status: 200, body: hookView(hook, context.urls) };
}

function findDelivery(context: RequestContext, hook: Hook): Delivery {
  const delivery = context.dispatcher.log.get(Number(context.params.delivery_id));
  if (delivery === undefined || delivery.hook !== hook) throw notFound();
  return delivery;
}

/** Lists the deliveries of a webhook, newest first. The cursor is the id of the last delivery on the previous page. */
function listDeliveries(context: RequestContext): RouteResponse {
  const hook = readable(context);
  const cursor = context.query.get('cursor');
  const perPage = Math.min(Number(context.query.get('per_page') ?? 30), 100);
  if (!Number.isInteger(perPage) || perPage < 1) throw new ApiError(422, 'Invalid per_page');
  const all = context.dispatcher.log
    .all()
    .filter((delivery) => delivery.hook === hook && (cursor === null || delivery.id < Number(cursor)))
    .reverse();
  const shown = all.slice(0, perPage);
  const last = shown.at(-1);
  if (all.length === shown.length || last === undefined) return { status: 200, body: shown.map(deliveryItemView) };
  const query = new URLSearchParams({ per_page: String(perPage), cursor: String(last.id) });
  const link = `<${context.urls.api}${context.path}?${query}>; rel="next"`;
  return { status: 200, body: shown.map(deliveryItemView), headers: { link } };
}

export const hookRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: list,
    handle: (context) => {
      const { repository } = repositoryAccess(context, accessRules.readHooks);
      const hooks = context.hooks.ofRepository(repository);
      return pageResponse(context, hooks, `/repositories/${repository.id}/hooks`, (hook) =>
        hookView(hook, context.urls),
      );
    },
  },
  { method: 'POST', path: list, handle: create },
  { method: 'GET', path: one, handle: (context) => ({ status: 200, body: hookView(readable(context), context.urls) }) },
  { method: 'PATCH', path: one, handle: update },
  {
    method: 'DELETE',
    path: one,
    handle: (context) => {
      context.hooks.remove(writable(context).hook);
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: `${one}/pings`,
    handle: (context) => {
      const { caller } = writeAccess(context, accessRules.readHooks);
      sendPing(context.dispatcher, readable(context), caller, context.urls);
      return { status: 204 };
    },
  },
  { method: 'GET', path: `${one}/deliveries`, handle: listDeliveries },
  {
    method: 'GET',
    path: `${one}/deliveries/{delivery_id}`,
    handle: (context) => ({ status: 200, body: deliveryView(findDelivery(context, readable(context))) }),
  },
  {
    method: 'POST',
    path: `${one}/deliveries/{delivery_id}/attempts`,
    handle: (context) => {
      context.dispatcher.redeliver(findDelivery(context, writable(context).hook));
      return { status: 202, body: {} };
    },
  },
];
