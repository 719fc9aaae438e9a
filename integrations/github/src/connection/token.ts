import type { ConnectionReport, ExternalAccount } from '@commandcenter/integration-kit';
import { Type } from 'typebox';
import type { Answer, GitHubClient } from '../client.ts';
import { toAccount } from '../issues/issue.ts';
import { Id } from '../numbers.ts';
import { createReader } from '../read.ts';

const userReader = createReader(Type.Object({ id: Id, login: Type.String(), type: Type.Optional(Type.String()) }));

/** The scopes that our work needs, and the wider ones that hold each. */
const neededScopes: Readonly<Record<string, readonly string[]>> = {
  repo: [],
  'read:org': ['write:org', 'admin:org'],
  'admin:repo_hook': [],
};

/** https://docs.github.com/rest/users/users#get-the-authenticated-user */
export async function getTokenAccount(
  client: GitHubClient,
  signal?: AbortSignal,
): Promise<{ account: ExternalAccount; answer: Answer }> {
  const answer = await client.request('GET /user', {}, { signal });
  return { account: toAccount(userReader.answer(answer.data, "GitHub's user")), answer };
}

export async function testToken(client: GitHubClient): Promise<ConnectionReport> {
  const { account, answer } = await getTokenAccount(client);
  const scopesMissing = missingScopes(answer.headers['x-oauth-scopes']);
  const lacking = scopesMissing.length === 0 ? '' : ` The token lacks the scopes ${scopesMissing.join(', ')}.`;
  return { message: `Signed in as ${account.login}.${lacking}`, account, scopesMissing };
}

/** Only classic tokens tell their scopes; a fine-grained one has permissions for each repository, which show when they are used. */
function missingScopes(header: string | number | undefined): string[] {
  if (typeof header !== 'string') return [];
  const granted = header.split(',').map((scope) => scope.trim());
  return Object.entries(neededScopes)
    .filter(([scope, wider]) => ![scope, ...wider].some((enough) => granted.includes(enough)))
    .map(([scope]) => scope);
}
