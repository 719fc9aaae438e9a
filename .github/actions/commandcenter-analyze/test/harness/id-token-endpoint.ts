import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const REQUEST_TOKEN = 'the-request-token-of-this-job';

/**
 * An endpoint that issues id tokens to a job for the requested audience, like
 * https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 */
export interface IdTokenEndpoint extends AsyncDisposable {
  /** Address of the endpoint, which already contains a query, like GitHub's. */
  url: string;
  requestToken: string;
  /** The audience of each request so far. */
  audiences: (string | null)[];
}

export async function startIdTokenEndpoint(
  sign: (audience: string | null) => Promise<string>,
): Promise<IdTokenEndpoint> {
  const server = createServer(async ({ url = '', headers }, response) => {
    const audience = new URL(url, 'http://localhost').searchParams.get('audience');
    endpoint.audiences.push(audience);
    const isRight = headers.authorization === `Bearer ${REQUEST_TOKEN}` && url.includes('api-version=2.0');
    response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRight ? { value: await sign(audience) } : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint: IdTokenEndpoint = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2.0`,
    requestToken: REQUEST_TOKEN,
    audiences: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return endpoint;
}
