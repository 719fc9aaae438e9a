import { createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import Type from 'typebox';
import Value from 'typebox/value';
import { invalidIssuer, issuerRefused, unreachableIssuer } from './issuer-failure.ts';

/** Function that returns the key of an issuer that a token's header names. */
export type KeySet = ReturnType<typeof createLocalJWKSet>;

const TIMEOUT_MS = 10_000;
const MOST_KEYS = 100;

/** The members of the discovery document that are used here (OpenID Connect Discovery 1.0, section 3). */
const Discovery = Type.Object({ issuer: Type.String(), jwks_uri: Type.String() });
const Keys = Type.Object({ keys: Type.Array(Type.Object({ kty: Type.String() }), { maxItems: MOST_KEYS }) });

/**
 * Reads the issuer's discovery document and its key set. Throws ApiError 502 when the response is not a key set, and 503 when there is no
 * response.
 */
export async function readKeySet(fetch: typeof globalThis.fetch, issuer: string): Promise<KeySet> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const read = async (url: string): Promise<unknown> => {
    let response: Response;
    try {
      response = await fetch(url, { headers: { accept: 'application/json' }, signal });
    } catch (thrown) {
      throw unreachableIssuer(issuer, thrown, new URL(url).host, signal.aborted ? TIMEOUT_MS : null);
    }
    if (!response.ok) throw issuerRefused(issuer, url, response.status);
    try {
      return await response.json();
    } catch (error) {
      throw invalidIssuer(issuer, `${url} is not JSON`, error);
    }
  };

  const discovery = await read(`${issuer}/.well-known/openid-configuration`);
  if (!Value.Check(Discovery, discovery) || !URL.canParse(discovery.jwks_uri)) {
    throw invalidIssuer(issuer, 'its .well-known/openid-configuration does not say where its keys are');
  }
  // OpenID Connect Discovery 1.0, section 4.3, requires the same issuer: otherwise one issuer could speak for another.
  if (discovery.issuer !== issuer)
    throw invalidIssuer(issuer, 'its .well-known/openid-configuration is of another one');
  const keys = await read(discovery.jwks_uri);
  if (!Value.Check(Keys, keys))
    throw invalidIssuer(issuer, `${discovery.jwks_uri} is not a set of ${MOST_KEYS} keys at most`);
  try {
    return createLocalJWKSet(keys as JSONWebKeySet);
  } catch (error) {
    if (error instanceof errors.JOSEError) throw invalidIssuer(issuer, `${discovery.jwks_uri} is not a key set`, error);
    throw error;
  }
}
