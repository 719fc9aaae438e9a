import type { ConnectionReport, ExternalAccount } from '@commandcenter/integration-kit';
import { Type } from 'typebox';
import type { GitHubClient, GitHubResponse } from '../client.ts';
import { toAccount } from '../issues/issue.ts';
import { Id } from '../numbers.ts';
import { createReader } from '../schema-reader.ts';

const userReader = createReader(Type.Object({ id: Id, login: Type.String(), type: Type.Optional(Type.String()) }));

/** The scopes that the integration needs, each with the wider scopes that include it. */
const neededScopes: Readonly<Record<string, readonly string[]>> = {
  repo: [],
  'read:org': ['write:org', 'admin:org'],
  'admin:repo_hook': [],
};

/** Returns the account of the token: https://docs.github.com/rest/users/users#get-the-authenticated-user */
export async function getTokenAccount(
  client: GitHubClient,
  signal?: AbortSignal,
): Promise<{ account: ExternalAccount; response: GitHubResponse }> {
  const response = await client.request('GET /user', {}, { signal });
  return { account: toAccount(userReader.response(response.data, "GitHub's user")), response };
}

export async function testToken(client: GitHubClient): Promise<ConnectionReport> {
  const { account, response } = await getTokenAccount(client);
  const scopesMissing = missingScopes(response.headers['x-oauth-scopes']);
  const lacking = scopesMissing.length === 0 ? '' : ` The token lacks the scopes ${scopesMissing.join(', ')}.`;
  return { message: `Signed in as ${account.login}.${lacking}`, account, scopesMissing };
}

/**
 * Returns the missing scopes of a classic token. A fine-grained token has permissions per repository instead, which are only known when a
 * request fails.
 */
function missingScopes(header: string | number | undefined): string[] {
  if (typeof header !== 'string') return [];
  const granted = header.split(',').map((scope) => scope.trim());
  return Object.entries(neededScopes)
    .filter(([scope, wider]) => ![scope, ...wider].some((enough) => granted.includes(enough)))
    .map(([scope]) => scope);
}
