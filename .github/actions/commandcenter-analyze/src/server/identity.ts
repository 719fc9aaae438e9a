import { describeProblem, readProblem } from '@commandcenter/client';
import { ActionError } from '../action-error.ts';
import { isTemporaryStatus, requestedPauseMs, retry, retryPolicies, TemporaryFailure } from '../retry.ts';
import { mask } from '../runner/log.ts';
import { version } from '../version.ts';
import { withoutResponse } from './unreachable.ts';

/** The identity with which the step calls the server. */
export interface Identity {
  /** Returns the token for the header `Authorization: Bearer`. */
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

/**
 * Returns an identity that exchanges an id token from GitHub for a token of the server, which is valid for an hour:
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
const exchange = (options: OidcOptions): Promise<string> =>
  retry(async () => await exchangeOnce(options, await requestIdToken(options)), {
    policy: retryPolicies.token,
    signal: options.signal,
  });

async function requestIdToken({ url, idToken, signal }: OidcOptions): Promise<string> {
  const address = new URL(idToken.url);
  address.searchParams.set('audience', url);
  const headers = { authorization: `Bearer ${idToken.requestToken}`, accept: 'application/json' };
  const { response, text } = await call(address.href, { headers }, signal);
  const { status } = response;
  const { value } = readObject(text);
  if (typeof value !== 'string') {
    if (isTemporaryStatus(status)) {
      throw new TemporaryFailure(
        new ActionError('server', `GitHub is temporarily unable to issue an id token (${status}).`),
        requestedPauseMs(response),
      );
    }
    throw new ActionError(
      'input',
      `api-token is empty, and GitHub issues no id token (${status}). Set \`permissions: id-token: write\` for the job, or set api-token.`,
    );
  }
  mask(value);
  return value;
}

async function exchangeOnce({ url, projectId, signal }: OidcOptions, idToken: string): Promise<string> {
  const { response, text } = await call(
    `${url}/api/v1/tokens/github-oidc`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': `commandcenter/${version} (action)` },
      body: JSON.stringify({ project_id: projectId, id_token: idToken }),
    },
    signal,
  );
  const { status } = response;
  const { token } = readObject(text);
  if (status === 201 && typeof token === 'string') {
    mask(token);
    return token;
  }
  const problem = readProblem(response, text);
  const detail = problem === undefined ? '' : ` ${describeProblem(problem, status)}`;
  if (isTemporaryStatus(status)) {
    throw new TemporaryFailure(
      new ActionError(
        'server',
        `commandcenter-url: ${url} is temporarily unable to accept GitHub's OIDC token (${status}).${detail}`,
      ),
      requestedPauseMs(response),
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

async function call(
  address: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(address, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return { response, text: await response.text() };
  } catch (error) {
    signal.throwIfAborted();
    throw withoutResponse(new URL(address).origin, error);
  }
}

/** A text that is not a JSON object becomes an empty one. */
function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // A body without the expected fields is refused by the caller, with its status.
    return {};
  }
}
