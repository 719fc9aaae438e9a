import { setTimeout as sleep } from 'node:timers/promises';
import { ActionError } from '../action-error.ts';
import { mask } from '../runner/log.ts';
import { version } from '../version.ts';
import { unreachable } from './unreachable.ts';

/** The identity with which the step calls the server. */
export interface Identity {
  /** Returns the token for `Authorization: Bearer`. */
  token(): Promise<string>;
  /** Called after the token was refused. Returns true if there is a new token to try. */
  renew(): Promise<boolean>;
}

export const tokenIdentity = (token: string): Identity => ({
  token: async () => token,
  renew: async () => false,
});

export interface OidcOptions {
  /** Address of the server, which is also the audience of the id token. */
  url: string;
  projectId: number;
  idToken: { url: string; requestToken: string };
  signal: AbortSignal;
}

const TIMEOUT_MS = 30_000;
const TRIES = 3;
const PAUSE_MS = 1000;

/**
 * Exchanges an id token from GitHub for a token of the server, which is valid for an hour:
 * https://docs.github.com/actions/reference/security/oidc
 */
export function oidcIdentity(options: OidcOptions): Identity {
  let current: Promise<string> | undefined;
  return {
    token: () => {
      current ??= exchange(options);
      return current;
    },
    renew: async () => {
      current = exchange(options);
      await current;
      return true;
    },
  };
}

/** The server accepts an id token only once, so every attempt requests a new one. */
async function exchange(options: OidcOptions): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await exchangeOnce(options, await requestIdToken(options));
    } catch (error) {
      const mayRetry = error instanceof ActionError && error.reason === 'server';
      if (!mayRetry || attempt >= TRIES) throw error;
      await sleep(PAUSE_MS * 2 ** attempt * (1 + Math.random() / 4), undefined, { signal: options.signal });
    }
  }
}

async function requestIdToken({ url, idToken, signal }: OidcOptions): Promise<string> {
  const address = new URL(idToken.url);
  address.searchParams.set('audience', url);
  const headers = { authorization: `Bearer ${idToken.requestToken}`, accept: 'application/json' };
  const { status, body } = await call<{ value?: unknown }>(address.href, { headers }, signal);
  if (typeof body.value !== 'string') {
    if (isTemporary(status))
      throw new ActionError('server', `GitHub is temporarily unable to issue an id token (${status}).`);
    throw new ActionError(
      'input',
      `api-token is empty, and GitHub issues no id token (${status}). Set \`permissions: id-token: write\` for the job, or set api-token.`,
    );
  }
  mask(body.value);
  return body.value;
}

async function exchangeOnce({ url, projectId, signal }: OidcOptions, idToken: string): Promise<string> {
  const { status, body } = await call<{ token?: unknown; detail?: unknown }>(
    `${url}/api/v1/tokens/github-oidc`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': `commandcenter/${version} (action)` },
      body: JSON.stringify({ project_id: projectId, id_token: idToken }),
    },
    signal,
  );
  const { token } = body;
  if (status === 201 && typeof token === 'string') {
    mask(token);
    return token;
  }
  const detail = typeof body.detail === 'string' ? ` ${body.detail}` : '';
  if (isTemporary(status)) {
    throw new ActionError(
      'server',
      `commandcenter-url: ${url} is temporarily unable to accept GitHub's OIDC token (${status}).${detail}`,
    );
  }
  throw new ActionError(
    'input',
    `api-token is empty, and ${url} does not accept this run's OIDC token (${status}).${
      detail === ''
        ? ' The server may be older than this Action, or not a CommandCenter. Update it, or set api-token.'
        : detail
    }`,
  );
}

const isTemporary = (status: number): boolean => status === 429 || status >= 500;

/** A body that is not JSON becomes an empty object. */
async function call<Body extends object>(
  address: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<{ status: number; body: Partial<Body> }> {
  try {
    const response = await fetch(address, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await response.text();
    return { status: response.status, body: readObject(text) as Partial<Body> };
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(new URL(address).origin, error);
  }
}

function readObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // A body without the expected fields is refused by the caller, with its status.
    return {};
  }
}
