import type { IntegrationManifest } from '@commandcenter/integration-kit';

/**
 * Returns the host that an integration calls, as it stands in the identities of its items and repositories: `api.github.com`,
 * `ghe.example:8443`. Without a configured address this is the type's default host, or else the name of the type.
 */
export function hostOf(
  { type, hostKeys = [], defaultHost }: Pick<IntegrationManifest, 'type' | 'hostKeys' | 'defaultHost'>,
  config: Record<string, unknown>,
): string {
  for (const key of hostKeys) {
    const url = config[key];
    if (typeof url === 'string' && URL.canParse(url)) return new URL(url).host.toLowerCase();
  }
  return defaultHost ?? type;
}

/**
 * Returns the configured addresses that receive a credential, one for each host key. Every spelling of an address gives the same text,
 * and the default host gives '', even where it is configured.
 */
export function addressesOf(
  { hostKeys = [], defaultHost }: Pick<IntegrationManifest, 'hostKeys' | 'defaultHost'>,
  config: Record<string, unknown>,
): string[] {
  return hostKeys.map((key) => {
    const text = String(config[key] ?? '');
    if (!URL.canParse(text)) return text;
    const url = new URL(text);
    return url.host === defaultHost ? '' : url.href.replace(/\/+$/, '');
  });
}
