import { type ConnectionReport, type ExternalAccount, IntegrationNotFoundError } from '@commandcenter/integration-kit';
import { createAppAuth } from '@octokit/auth-app';
import { Type } from 'typebox';
import type { GitHubClient } from '../client.ts';
import { toGitHubError } from '../github-error.ts';
import { toAccount } from '../issues/issue.ts';
import { Id } from '../numbers.ts';
import { createReader } from '../schema-reader.ts';
import { type AppIdentity, appJwt } from './app-identity.ts';
import { nameOf, readInstallation, suspendedError, toAccessError } from './installation.ts';

/** The permissions that an installation needs for sync. */
const neededPermissions: Readonly<Record<string, 'read' | 'write'>> = {
  metadata: 'read',
  issues: 'write',
  pull_requests: 'read',
  contents: 'read',
  repository_hooks: 'write',
};

/** The permissions to show analyses on commits and pull requests. Everything else works without them. */
const optionalPermissions: Readonly<Record<string, 'write'>> = { checks: 'write', pull_requests: 'write' };

const appReader = createReader(Type.Object({ slug: Type.String(), name: Type.String() }));
const botReader = createReader(Type.Object({ id: Id, login: Type.String(), type: Type.Optional(Type.String()) }));
/**
 * Creates a token of the installation, which is valid for an hour:
 * https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
 */
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
    throw toAccessError(toGitHubError(thrown, now), identity);
  }
}

/** Returns the App's bot account, which is the author of the App's issues and comments. */
export async function getAppAccount(
  client: GitHubClient,
  identity: AppIdentity,
  signal?: AbortSignal,
): Promise<ExternalAccount> {
  const token = await appJwt(client, identity);
  const { data } = await client.request('GET /app', {}, { token, signal });
  const { slug } = appReader.response(data, "GitHub's App");
  const login = `${slug}[bot]`;
  try {
    const bot = await client.request('GET /users/{username}', { username: login }, { signal });
    return toAccount(botReader.response(bot.data, "The App's account"));
  } catch (error) {
    if (!(error instanceof IntegrationNotFoundError)) throw error;
    // Some servers show no account for an App, or only after it has created something. Only bots can have logins that end with `[bot]`.
    return { id: `app/${identity.appId}`, login, type: 'bot' };
  }
}

export async function testApp(client: GitHubClient, identity: AppIdentity): Promise<ConnectionReport> {
  const { account, permissions = {}, suspended_at } = await readInstallation(client, identity);
  const where = nameOf(account);
  if (suspended_at) throw suspendedError(where);
  const bot = await getAppAccount(client, identity);
  const optional = missing(optionalPermissions, permissions);
  const note =
    optional.length === 0
      ? ''
      : ` To show analyses on pull requests, grant the App ${optional.join(' and ')} (optional).`;
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
