import { createPrivateKey } from 'node:crypto';
import { type Credentials, IntegrationAuthError } from '@commandcenter/integration-kit';
import { createAppAuth } from '@octokit/auth-app';
import type { GitHubClient } from '../client.ts';

export interface AppIdentity {
  appId: string | number;
  installationId: number;
  privateKey: string;
}

/** Returns the App's id, its installation and its private key. Throws `IntegrationAuthError` if one of them is missing or unreadable. */
export function readAppIdentity(config: Record<string, unknown>, { privateKey }: Credentials): AppIdentity {
  const { app_id: appId, installation_id: installationId } = config;
  if (
    (typeof appId !== 'string' && typeof appId !== 'number') ||
    typeof installationId !== 'number' ||
    privateKey === undefined
  ) {
    throw new IntegrationAuthError('A GitHub App needs app_id, installation_id and private_key.', {
      code: 'github.app_incomplete',
    });
  }
  return { appId, installationId, privateKey: normalizePem(privateKey) };
}

/**
 * Returns the key in PKCS#8, which signing needs. Also accepts keys with each line end written as a backslash and the letter n, as in
 * environment variables.
 */
function normalizePem(text: string): string {
  try {
    const pem = createPrivateKey(text.replaceAll('\\n', '\n').trim()).export({ type: 'pkcs8', format: 'pem' });
    return String(pem);
  } catch (cause) {
    throw new IntegrationAuthError('The private_key is not a PEM private key.', {
      code: 'github.bad_private_key',
      hint: 'Give the whole .pem file that GitHub made for the App, from BEGIN to END.',
      cause,
    });
  }
}

/** Creates a token of the App itself, which is valid for ten minutes and only for requests about the App. */
export async function appJwt(client: GitHubClient, identity: AppIdentity): Promise<string> {
  const { request } = client.octokit();
  const { token } = await createAppAuth({ ...identity, request })({ type: 'app' });
  return token;
}
