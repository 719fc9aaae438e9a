import { type ConnectionReport, type ExternalAccount, IntegrationNotFoundError } from '@commandcenter/integration-kit';
import { createAppAuth } from '@octokit/auth-app';
import { Type } from 'typebox';
import type { GitHubClient } from '../client.ts';
import { toGitHubError } from '../github-error.ts';
import { toAccount } from '../issues/issue.ts';
import { Id } from '../numbers.ts';
import { createReader } from '../read.ts';
import { type AppIdentity, appJwt } from './app-identity.ts';
import { nameOf, readInstallation, suspendedError, toAccessError } from './installation.ts';

/** The permissions that an installation needs for syncing. */
const neededPermissions: Readonly<Record<string, 'read' | 'write'>> = {
  metadata: 'read',
  issues: 'write',
  pull_requests: 'read',
  contents: 'read',
  repository_hooks: 'write',
};

/** The permissions for showing analyses at commits and pull requests. Everything else works without them. */
const optionalPermissions: Readonly<Record<string, 'write'>> = { checks: 'write', pull_requests: 'write' };

const appReader = createReader(Type.Object({ slug: Type.String(), name: Type.String() }));
const botReader = createReader(Type.Object({ id: Id, login: Type.String(), type: Type.Optional(Type.String()) }));
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
    throw toAccessError(toGitHubError(thrown, now), identity);
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
  const { account, permissions = {}, suspended_at } = await readInstallation(client, identity);
  const where = nameOf(account);
  if (suspended_at) throw suspendedError(where);
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
