import type { IntegrationManifest } from '@commandcenter/integration-kit';

/**
 * The host that an integration talks to, as it stands in the identities of its items and repositories: `api.github.com`,
 * `ghe.example:8443`. A type that names no host key has one host, called by the type.
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
 * The configured addresses that receive a credential, one for each host key: equal for every spelling of an address, and '' for the
 * default host, also where it is configured.
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
