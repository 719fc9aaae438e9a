import { createPrivateKey } from 'node:crypto';
import type { AuthTypeManifest, Credentials, IntegrationManifest } from '@commandcenter/integration-kit';
import type { FieldError } from '../../errors.ts';

export interface GivenCredentials {
  access_token?: string;
  refresh_token?: string;
  client_secret?: string;
  private_key?: string;
}

const parts = {
  access_token: 'accessToken',
  refresh_token: 'refreshToken',
  client_secret: 'clientSecret',
  private_key: 'privateKey',
} as const;
type Field = keyof typeof parts;
const fields = Object.keys(parts) as Field[];

/** Returns the way of signing in with this name. Returns null and adds an error to `faults` if there is none or it is not available. */
export function readAuthType(
  manifest: IntegrationManifest,
  authType: string,
  faults: FieldError[],
): AuthTypeManifest | null {
  const found = Object.hasOwn(manifest.authTypes, authType) ? manifest.authTypes[authType] : undefined;
  if (found === undefined) {
    const usable = Object.entries(manifest.authTypes).filter(([, { unavailable }]) => unavailable === undefined);
    faults.push({ pointer: '/auth_type', message: `must be one of ${usable.map(([name]) => `"${name}"`).join(', ')}` });
    return null;
  }
  if (found.unavailable === undefined) return found;
  faults.push({ pointer: '/auth_type', message: `"${authType}" ${found.unavailable}` });
  return null;
}

/**
 * Merges the given credentials into the stored ones (`kept`) and returns the credentials to store. Adds an error to `faults` for each
 * that is invalid or missing.
 */
export function readCredentials(
  auth: { name: string; manifest: AuthTypeManifest },
  given: GivenCredentials,
  kept: Credentials,
  faults: FieldError[],
): Credentials {
  const credentials: Credentials = { ...kept };
  for (const field of fields) {
    const text = given[field]?.trim();
    if (text === undefined) continue;
    const fault = auth.manifest.credentials.includes(field)
      ? fieldFault(field, text)
      : `is not used with auth_type "${auth.name}"`;
    if (fault === null) credentials[parts[field]] = text;
    else faults.push({ pointer: `/${field}`, message: fault });
  }
  for (const field of fields) {
    if (
      auth.manifest.required.includes(field) &&
      credentials[parts[field]] === undefined &&
      given[field] === undefined
    ) {
      faults.push({ pointer: `/${field}`, message: `is required with auth_type "${auth.name}"` });
    }
  }
  return credentials;
}

export const givesCredential = (given: GivenCredentials): boolean => fields.some((field) => given[field] !== undefined);

function fieldFault(field: Field, text: string): string | null {
  if (field === 'private_key') return isPrivateKey(text) ? null : 'must be a PEM private key, from BEGIN to END';
  return /^[\x21-\x7e]+$/.test(text) ? null : 'must be printable ASCII without spaces';
}

function isPrivateKey(text: string): boolean {
  try {
    createPrivateKey(text.replaceAll('\\n', '\n'));
    return true;
  } catch {
    // The person is told what the field must be; the parser's own text says no more.
    return false;
  }
}
