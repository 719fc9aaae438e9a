import { createPrivateKey } from 'node:crypto';
import {
  type ConnectionReport,
  type Credentials,
  type ExternalAccount,
  IntegrationAuthError,
  IntegrationError,
  IntegrationNotFoundError,
} from '@commandcenter/integration-kit';
import { createAppAuth } from '@octokit/auth-app';
import { Type } from 'typebox';
import type { GitHubClient } from '../client.ts';
import { toGitHubError } from '../github-error.ts';
import { toAccount } from '../issues/issue.ts';
import { createReader } from '../read.ts';

/** What our work needs of an installation. */
const neededPermissions: Readonly<Record<string, 'read' | 'write'>> = {
  metadata: 'read',
  issues: 'write',
  pull_requests: 'read',
  contents: 'read',
  repository_hooks: 'write',
};

/** What showing analyses at commits and pull requests needs besides: without it everything else works. */
const optionalPermissions: Readonly<Record<string, 'write'>> = { checks: 'write', pull_requests: 'write' };

const appReader = createReader(Type.Object({ slug: Type.String(), name: Type.String() }));
const botReader = createReader(
  Type.Object({ id: Type.Integer(), login: Type.String(), type: Type.Optional(Type.String()) }),
);
const installationReader = createReader(
  Type.Object({
    account: Type.Union([
      Type.Object({ login: Type.Optional(Type.String()), slug: Type.Optional(Type.String()) }),
      Type.Null(),
    ]),
    permissions: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    suspended_at: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  }),
);

export interface AppIdentity {
  appId: string | number;
  installationId: number;
  privateKey: string;
}

/** Throws IntegrationAuthError when something of the App's identity is missing or unreadable. */
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
  return { appId, installationId, privateKey: normalisePem(privateKey) };
}

/** Also of a key whose line ends were written as `\n`, as environment variables do; in the form (PKCS#8) that signing takes. */
function normalisePem(text: string): string {
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

/** A token of the installation, good for an hour. https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app */
export async function mintInstallationToken(
  client: GitHubClient,
  identity: AppIdentity,
  now: Date,
): Promise<{ accessToken: string; expiresAt: string }> {
  const { request } = client.octokit({ kind: 'read', idempotent: true });
  const auth = createAppAuth({ ...identity, request });
  try {
    const { token, expiresAt } = await auth({
      type: 'installation',
      installationId: identity.installationId,
      refresh: true,
    });
    return { accessToken: token, expiresAt };
  } catch (thrown) {
    throw toGitHubError(thrown, now);
  }
}

/** Who the App is among users: the author of what it makes. */
export async function getAppAccount(
  client: GitHubClient,
  identity: AppIdentity,
  signal?: AbortSignal,
): Promise<ExternalAccount> {
  const token = await appJwt(client, identity);
  const { data } = await client.request('GET /app', {}, { token, signal });
  const { slug } = appReader.answer(data, "GitHub's App");
  const login = `${slug}[bot]`;
  try {
    const bot = await client.request('GET /users/{username}', { username: login }, { signal });
    return toAccount(botReader.answer(bot.data, "The App's account"));
  } catch (error) {
    if (!(error instanceof IntegrationNotFoundError)) throw error;
    // Not every server shows the account of an App, or not before it has made something. No person's login ends like this one.
    return { id: `app/${identity.appId}`, login, type: 'bot' };
  }
}

export async function testApp(client: GitHubClient, identity: AppIdentity): Promise<ConnectionReport> {
  const token = await appJwt(client, identity);
  const { data } = await client.request(
    'GET /app/installations/{installation_id}',
    { installation_id: identity.installationId },
    { token },
  );
  const { account, permissions = {}, suspended_at } = installationReader.answer(data, "GitHub's installation");
  const where = account?.login ?? account?.slug ?? 'its account';
  if (suspended_at) {
    throw new IntegrationError(`The App's installation on ${where} is suspended.`, {
      class: 'permission',
      code: 'github.suspended',
      hint: 'Lift the suspension in the settings of the account, under GitHub Apps.',
    });
  }
  const bot = await getAppAccount(client, identity);
  const optional = missing(optionalPermissions, permissions);
  const note =
    optional.length === 0
      ? ''
      : ` To show analyses at pull requests, give the App ${optional.join(' and ')} (optional).`;
  return {
    message: `Signed in as ${bot.login}, installed on ${where}.${note}`,
    account: bot,
    scopesMissing: [...missing(neededPermissions, permissions), ...optional],
  };
}

const missing = (wanted: Readonly<Record<string, 'read' | 'write'>>, granted: Record<string, unknown>): string[] =>
  Object.entries(wanted)
    .filter(([name, level]) => granted[name] !== level && granted[name] !== 'write' && granted[name] !== 'admin')
    .map(([name, level]) => `${name}:${level}`);

async function appJwt(client: GitHubClient, identity: AppIdentity): Promise<string> {
  const { request } = client.octokit();
  const { token } = await createAppAuth({ ...identity, request })({ type: 'app' });
  return token;
}
