import { type CloneAccess, IntegrationError, type RepositoryRef } from '@commandcenter/integration-kit';
import { Type } from 'typebox';
import type { GitHubClient } from '../client.ts';
import { createReader } from '../schema-reader.ts';

const cloneReader = createReader(
  Type.Object({
    id: Type.Optional(Type.Unknown()),
    clone_url: Type.Optional(Type.Unknown()),
    private: Type.Optional(Type.Unknown()),
  }),
);

/** Reads the address to clone from, the id of the repository and its visibility. GitHub reports an internal repository as `private`. */
export async function getCloneSource(
  client: GitHubClient,
  { owner, name }: RepositoryRef,
  signal?: AbortSignal,
): Promise<Pick<CloneAccess, 'externalId' | 'isPublic'> & { url: string }> {
  const { data } = await client.request('GET /repos/{owner}/{repo}', { owner, repo: name }, { signal });
  const { id, clone_url, private: isPrivate } = cloneReader.response(data, "GitHub's repository");
  const url = ownCloneUrl(client.apiUrl, typeof clone_url === 'string' ? clone_url : undefined);
  return {
    url,
    ...(typeof id === 'number' ? { externalId: String(id) } : {}),
    ...(typeof isPrivate === 'boolean' ? { isPublic: !isPrivate } : {}),
  };
}

/**
 * Returns the address to clone from without its query, if it is on the host that the API belongs to. Throws `github.foreign_clone_url` for
 * any other host, because git sends the token to this address.
 */
export function ownCloneUrl(apiUrl: string, cloneUrl: string | undefined): string {
  const url = cloneUrl !== undefined && URL.canParse(cloneUrl) ? new URL(cloneUrl) : null;
  const ownOrigin = webOrigin(apiUrl);
  if (url !== null && url.origin === ownOrigin) return `${url.origin}${url.pathname}`;
  throw new IntegrationError(
    `GitHub returned ${url === null ? 'no clone address' : `a clone address at ${url.host}`} instead of one at ${ownOrigin}.`,
    {
      class: 'permission',
      code: 'github.foreign_clone_url',
      hint: 'Set api_url to the API of the host that has the repository.',
    },
  );
}

/**
 * Returns the origin of the web site and git server of an API: `https://github.com` for `https://api.github.com`, `https://acme.ghe.com`
 * for `https://api.acme.ghe.com`, `https://ghe.example` for `https://ghe.example/api/v3`.
 */
function webOrigin(apiUrl: string): string {
  const { protocol, host, pathname } = new URL(apiUrl);
  return `${protocol}//${pathname === '/' ? host.replace(/^api\./, '') : host}`;
}
