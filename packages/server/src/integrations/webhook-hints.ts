import type { IntegrationManifest, WebhookHint, WebhookManifest } from '@commandcenter/integration-kit';
import type { AuthorFailures, AuthorHook } from './author-failures.ts';
import { namedRepositories } from './repositories/named-repositories.ts';

/** Most specific first. */
export const HINT_KINDS: readonly WebhookHint['kind'][] = [
  'hook',
  'installation',
  'repository_id',
  'repository',
  'hook_target',
  'organization_id',
  'organization',
];

/**
 * The hints of a request; undefined when the author's code failed, which is reported. It must not throw for any JSON value, but a
 * stranger chooses the value.
 */
export function requestHints(
  type: string,
  webhook: WebhookManifest,
  request: { headers: Record<string, string | undefined>; payload: unknown },
  failures: AuthorFailures,
): WebhookHint[] | undefined {
  return callHook(type, 'manifest.webhook.hints', failures, () => webhook.hints?.(request.headers, request.payload));
}

/** The hints of a configuration. Where the author's code fails, which is reported, the server reads the keys that every type shares. */
export function configHints(
  { type, webhook }: Pick<IntegrationManifest, 'type' | 'webhook'>,
  config: Record<string, unknown>,
  failures: AuthorFailures,
): WebhookHint[] {
  const hints = callHook(type, 'manifest.webhook.configHints', failures, () => webhook?.configHints?.(config));
  return hints ?? sharedHints(config);
}

function callHook(
  type: string,
  hook: AuthorHook,
  failures: AuthorFailures,
  call: () => unknown,
): WebhookHint[] | undefined {
  try {
    const hints = call() ?? [];
    // The rejection of an async function that nobody awaits would end the process. That it is async at all is reported below.
    if (hints instanceof Promise) hints.catch(() => undefined);
    return readHints(hints);
  } catch (error) {
    failures.report(type, hook, error);
    return undefined;
  }
}

function readHints(hints: unknown): WebhookHint[] {
  if (!Array.isArray(hints)) throw new TypeError('it must return an array of hints, and not a promise of one');
  const found = new Map<string, WebhookHint>();
  for (const hint of hints as unknown[]) {
    const { kind, value } = (hint ?? {}) as { kind?: unknown; value?: unknown };
    const known = HINT_KINDS.find((one) => one === kind);
    if (known === undefined || typeof value !== 'string')
      throw new TypeError(`a hint must have one of the kinds ${HINT_KINDS.join(', ')}, and a text as its value`);
    // A sender may put characters into a value that PostgreSQL cannot store. No integration is found by such a hint.
    if (value.includes('\0') || !value.isWellFormed()) continue;
    const lower = value.toLowerCase();
    found.set(`${known}\n${lower}`, { kind: known, value: lower });
  }
  return [...found.values()];
}

function sharedHints(config: Record<string, unknown>): WebhookHint[] {
  const hints: WebhookHint[] = namedRepositories(config).map(({ owner, name }) => ({
    kind: 'repository',
    value: `${owner}/${name}`.toLowerCase(),
  }));
  const { installation_id: installation } = config;
  if (typeof installation === 'string' || typeof installation === 'number')
    hints.push({ kind: 'installation', value: String(installation) });
  return hints;
}
