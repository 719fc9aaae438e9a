import { setTimeout as sleep } from 'node:timers/promises';
import { ActionError } from '../action-error.ts';
import { mask } from '../runner/log.ts';
import { version } from '../version.ts';
import { unreachable } from './transport.ts';

/** Who asks the server. */
export interface Identity {
  /** What goes into `Authorization: Bearer`. */
  token(): Promise<string>;
  /** The token was refused: whether there is another one to try with. */
  renew(): Promise<boolean>;
}

export const tokenIdentity = (token: string): Identity => ({
  token: async () => token,
  renew: async () => false,
});

export interface OidcOptions {
  /** Of the server; it is the audience too. */
  url: string;
  projectId: number;
  idToken: { url: string; requestToken: string };
  signal: AbortSignal;
}

const TIMEOUT_MS = 30_000;
const TRIES = 3;
const PAUSE_MS = 1000;

/**
 * GitHub says who this run is, and the server gives a token of its own for that, for an hour:
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

/** The server takes an id token once: a lost answer is asked for again with another one. */
async function exchange(options: OidcOptions): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await exchangeOnce(options, await askGitHub(options));
    } catch (error) {
      const isPassing = error instanceof ActionError && error.reason === 'server';
      if (!isPassing || attempt >= TRIES) throw error;
      await sleep(PAUSE_MS * 2 ** attempt * (1 + Math.random() / 4), undefined, { signal: options.signal });
    }
  }
}

async function askGitHub({ url, idToken, signal }: OidcOptions): Promise<string> {
  const address = new URL(idToken.url);
  address.searchParams.set('audience', url);
  const headers = { authorization: `Bearer ${idToken.requestToken}`, accept: 'application/json' };
  const { status, body } = await call<{ value?: unknown }>(address.href, { headers }, signal);
  if (typeof body.value !== 'string') {
    if (isPassing(status)) throw new ActionError('server', `GitHub gives no id token now (${status}).`);
    throw new ActionError(
      'input',
      `api-token is empty, and GitHub gives no id token (${status}). Set \`permissions: id-token: write\` at the job, or give an api-token.`,
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
  if (isPassing(status)) {
    throw new ActionError(
      'server',
      `commandcenter-url: ${url} takes no token of GitHub's OIDC now (${status}).${detail}`,
    );
  }
  throw new ActionError(
    'input',
    `api-token is empty, and ${url} does not take this run's OIDC token (${status}).${
      detail === ''
        ? ' It may be older than this Action, or no CommandCenter: update it, or give an api-token.'
        : detail
    }`,
  );
}

const isPassing = (status: number): boolean => status === 429 || status >= 500;

/** A body that is no JSON is an empty one. */
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
    return {};
  }
}
