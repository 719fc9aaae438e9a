import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/**
 * Claims of the id token that GitHub signs for a workflow run, except the times: https://docs.github.com/actions/reference/security/oidc
 */
export const RUN = {
  sub: 'repo:acme/web:ref:refs/heads/main',
  ref: 'refs/heads/main',
  sha: 'f2b0c1d6c1e9a0a1f2b0c1d6c1e9a0a1f2b0c1d6',
  repository: 'acme/web',
  repository_id: '1296269',
  repository_owner: 'acme',
  repository_owner_id: '583231',
  repository_visibility: 'private',
  run_id: '123',
  run_number: '7',
  run_attempt: '1',
  actor: 'octocat',
  actor_id: '583000',
  workflow_ref: 'acme/web/.github/workflows/analyse.yml@refs/heads/main',
  event_name: 'push',
  runner_environment: 'github-hosted',
};

export interface SignOptions {
  /** Claims that are added to those of `RUN` or replace them. A claim that is undefined is left out. */
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: CryptoKey | Uint8Array;
}

/** An issuer of id tokens like GitHub or a GitHub Enterprise Server: it signs tokens and publishes the key that verifies them. */
export interface TokenIssuer extends AsyncDisposable {
  /** Value of the claim `iss` in the tokens. */
  url: string;
  /** Real URL of the issuer. */
  address: string;
  /** Paths of the requests that the issuer received. */
  requests: string[];
  /** Responses that replace the correct ones, by path. */
  responses: Map<string, { status?: number; body: string }>;
  kid: string;
  /** The public key, as it is published. */
  jwk: JWK;
  /** Replaces the key: from now on tokens are signed with a new key, and only that one is published. */
  rotate(): Promise<void>;
  sign(options?: SignOptions): Promise<string>;
}

const DISCOVERY = '/_services/token/.well-known/openid-configuration';
const JWKS = '/_services/token/.well-known/jwks';
const LIFETIME_S = 300;
/** Seconds between the claim `nbf` and the signing, because GitHub's tokens are valid from some time before that. */
const BACKDATED_S = 600;

/**
 * Starts an issuer of id tokens.
 *
 * @param audience value of the claim `aud`
 * @param name value of the claim `iss`; default is the issuer's own URL
 */
export async function startTokenIssuer(audience: string, name?: string): Promise<TokenIssuer> {
  const requests: string[] = [];
  const responses: TokenIssuer['responses'] = new Map();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const right: Record<string, object> = {
      [DISCOVERY]: {
        issuer: issuer.url,
        jwks_uri: `${address}/.well-known/jwks`,
        id_token_signing_alg_values_supported: ['RS256'],
      },
      [JWKS]: { keys: [issuer.jwk] },
    };
    const { status = path in right ? 200 : 404, body = JSON.stringify(right[path] ?? {}) } = responses.get(path) ?? {};
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_services/token`;

  let { kid, jwk, privateKey } = await newKey();
  const issuer: TokenIssuer = {
    url: name ?? address,
    address,
    requests,
    responses,
    get kid() {
      return kid;
    },
    get jwk() {
      return jwk;
    },
    async rotate() {
      ({ kid, jwk, privateKey } = await newKey());
    },
    async sign({ claims = {}, header = {}, key = privateKey } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const times = { nbf: now - BACKDATED_S, iat: now, exp: now + LIFETIME_S };
      const all = { iss: issuer.url, aud: audience, jti: randomUUID(), ...RUN, ...times, ...claims };
      return new SignJWT(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid, ...header })
        .sign(key);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}

export const discoveryPath = DISCOVERY;
export const keysPath = JWKS;

async function newKey(): Promise<{ kid: string; jwk: JWK; privateKey: CryptoKey }> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomUUID();
  return { kid, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' }, privateKey };
}
