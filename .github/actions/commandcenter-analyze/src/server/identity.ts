import { ActionError } from '../action-error.ts';
import { mask } from '../runner/log.ts';
import { version } from '../version.ts';

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

async function exchange({ url, projectId, idToken, signal }: OidcOptions): Promise<string> {
  const ask = new URL(idToken.url);
  ask.searchParams.set('audience', url);
  const given = await answerOf<{ value?: unknown }>(
    ask.href,
    { headers: { authorization: `Bearer ${idToken.requestToken}`, accept: 'application/json' } },
    signal,
  );
  const { value } = given.body;
  if (given.status !== 200 || typeof value !== 'string') {
    throw new ActionError(
      'input',
      `api-token is empty, and GitHub gives no id token (${given.status}). Set \`permissions: id-token: write\` at the job, or give an api-token.`,
    );
  }
  mask(value);
  const made = await answerOf<{ token?: unknown; detail?: unknown }>(
    `${url}/api/v1/tokens/github-oidc`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': `commandcenter/${version} (action)` },
      body: JSON.stringify({ project_id: projectId, id_token: value }),
    },
    signal,
  );
  const { token, detail } = made.body;
  if (made.status === 201 && typeof token === 'string') {
    mask(token);
    return token;
  }
  if (made.status >= 500 || made.status === 429) {
    throw new ActionError(
      'server',
      `commandcenter-url: ${url} gives no token for GitHub's OIDC now (${made.status}). ${detail ?? ''}`.trim(),
    );
  }
  throw new ActionError(
    'input',
    `api-token is empty, and ${url} does not take GitHub's OIDC token of this run (${made.status}). ${
      typeof detail === 'string'
        ? detail
        : 'Its version may be older than this Action: update CommandCenter, or give an api-token.'
    }`,
  );
}

/** Of requests that may be repeated. A body that is no JSON is an empty one. */
async function answerOf<Body extends object>(
  address: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<{ status: number; body: Partial<Body> }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(address, {
        ...init,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      if (response.status < 500 || attempt >= TRIES) {
        const body = (await response.json().catch(() => ({}))) as Partial<Body> | null;
        return { status: response.status, body: body ?? {} };
      }
      await response.body?.cancel();
    } catch (error) {
      signal.throwIfAborted();
      if (attempt >= TRIES) {
        const { message, cause } = error as Error & { cause?: { code?: string } };
        const host = new URL(address).host;
        throw new ActionError('server', `commandcenter-url: ${host} does not answer (${cause?.code ?? message}).`, {
          cause: error,
        });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
  }
}
