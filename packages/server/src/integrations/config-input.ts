import { assertEgressAllowed, bareHost, EgressDeniedError, type EgressPolicy } from '@commandcenter/egress';
import type { IntegrationManifest } from '@commandcenter/integration-kit';
import { Errors } from 'typebox/value';
import type { FieldError } from '../errors.ts';

/**
 * Fewest characters of a webhook secret, because a shorter one can be guessed from a single delivery. Shorter secrets that were stored
 * before this limit stay valid.
 */
export const SHORTEST_SECRET = 16;
export const LONGEST_SECRET = 1000;

export interface ConfigInput {
  /** The configuration as it is stored, without secrets. */
  config: Record<string, unknown>;
  /** The new webhook secret; undefined if the stored one stays, null if it is removed. */
  webhookSecret: string | null | undefined;
  /** Keys whose value changed and names a host that receives credentials. */
  movedHosts: string[];
}

/**
 * Merges the given settings into the stored ones by key (null deletes), takes out the webhook secret, and validates the result. Adds
 * errors to `faults` with JSON pointers below `/config`.
 */
export function readConfig(
  manifest: IntegrationManifest,
  policy: EgressPolicy,
  stored: Record<string, unknown>,
  given: Record<string, unknown>,
  faults: FieldError[],
): ConfigInput {
  const { webhook_secret: secret, ...changes } = given;
  const config = Object.fromEntries(Object.entries({ ...stored, ...changes }).filter(([, value]) => value !== null));
  faults.push(...schemaFaults(manifest, config));
  const hostKeys = manifest.hostKeys ?? [];
  for (const key of hostKeys) {
    const value = config[key];
    if (typeof value !== 'string') continue;
    const fault = hostFault(value, policy);
    if (fault === null) config[key] = value.replace(/\/+$/, '');
    else faults.push({ pointer: `/config/${key}`, message: fault });
  }
  const movedHosts = hostKeys.filter((key) => config[key] !== stored[key]);
  return { config, webhookSecret: readSecret(manifest, secret, faults), movedHosts };
}

function readSecret(manifest: IntegrationManifest, secret: unknown, faults: FieldError[]): string | null | undefined {
  if (secret === undefined || secret === null) return secret;
  const pointer = '/config/webhook_secret';
  if (manifest.webhook === undefined)
    faults.push({ pointer, message: `is of no use: ${manifest.title} takes no webhooks` });
  else if (typeof secret !== 'string' || secret.length < SHORTEST_SECRET || secret.length > LONGEST_SECRET) {
    faults.push({
      pointer,
      message: `must be a text of ${SHORTEST_SECRET} to ${LONGEST_SECRET} characters; make one with \`openssl rand -hex 32\``,
    });
  } else return secret;
  return undefined;
}

function schemaFaults(manifest: IntegrationManifest, config: Record<string, unknown>): FieldError[] {
  const known = Object.keys(manifest.configSchema.properties);
  const unknown = Object.keys(config).filter((key) => !known.includes(key));
  const faults = new Map<string, FieldError>();
  const message = `is not a setting of ${manifest.title}; those are webhook_secret, ${known.join(', ')}`;
  for (const key of unknown) {
    const pointer = `/config/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    faults.set(pointer, { pointer, message });
  }
  const rest = Object.fromEntries(Object.entries(config).filter(([key]) => known.includes(key)));
  for (const { instancePath, keyword, params, message } of Errors(manifest.configSchema, rest)) {
    const missing = keyword === 'required' ? `/${params.requiredProperties[0]}` : '';
    const pointer = `/config${instancePath}${missing}`;
    if (!faults.has(pointer)) faults.set(pointer, { pointer, message: missing === '' ? message : 'is required' });
  }
  return [...faults.values()];
}

/** Returns an error for an address that must not get the credential, or null. */
function hostFault(text: string, policy: EgressPolicy): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.search !== '' || url.hash !== '') return 'must be an address like https://ghe.example/api/v3';
  try {
    assertEgressAllowed(policy, url);
  } catch (error) {
    if (error instanceof EgressDeniedError) return `is refused: ${error.message} ${error.hint}`;
    throw error;
  }
  const port = Number(url.port === '' ? 80 : url.port);
  const plainIsFine = policy.namesRanges || policy.allowsHost(bareHost(url.hostname), port);
  if (url.protocol === 'http:' && !plainIsFine) return 'must be https, or its host named in EGRESS_ALLOW';
  return null;
}
