import { setTimeout as sleep } from 'node:timers/promises';
import { version } from '../version.ts';

/** GitHub did not do it. What is shown there is never worth a failed step: callers tell, and go on. */
export class GitHubError extends Error {
  readonly status: number | null;
  /** Permissions that would do, as GitHub names them: `issues=write; pull_requests=write`. */
  readonly acceptedPermissions: string | null;
  /** Later the same may do: GitHub is down, or limits what it takes. */
  readonly passing: boolean = false;

  constructor(message: string, status: number | null, acceptedPermissions: string | null = null) {
    super(message);
    this.name = 'GitHubError';
    this.status = status;
    this.acceptedPermissions = acceptedPermissions;
  }

  /** Nobody knows whether it was done. */
  get isLost(): boolean {
    return this.status === null || this.status >= 500;
  }
}

export interface GitHubApi {
  get(path: string): Promise<unknown>;
  /** Not tried again when its answer is lost: it may have been done. */
  post(path: string, body: object): Promise<unknown>;
  patch(path: string, body: object): Promise<unknown>;
}

const TIMEOUT_MS = 15_000;
const TRIES = 3;
const PAUSE_MS = 1000;
/** A longer wait than this is not worth a comment. */
const LONGEST_WAIT_MS = 60_000;
const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;

/** @param signal the step is cancelled */
export function openGitHub(apiUrl: string, token: string, signal: AbortSignal): GitHubApi {
  const once = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': `commandcenter/${version} (action)`,
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (Number(response.headers.get('content-length') ?? 0) > ANSWER_LIMIT_BYTES) {
      throw new GitHubError(`GitHub's answer to ${method} ${path} is too large.`, response.status);
    }
    const text = await response.text();
    if (response.ok) return text === '' ? null : (JSON.parse(text) as unknown);
    const waitMs = waitOf(response);
    if (waitMs !== null) throw new PassingError(`GitHub answers ${response.status} for now.`, response.status, waitMs);
    throw new GitHubError(
      `GitHub answers ${response.status} to ${method} ${path}: ${messageOf(text)}`,
      response.status,
      response.headers.get('x-accepted-github-permissions'),
    );
  };
  const repeated = async (method: string, path: string, body?: object): Promise<unknown> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(method, path, body);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof GitHubError && !(error instanceof PassingError)) throw error;
        const known = asGitHubError(error);
        const waitMs = known instanceof PassingError && known.waitMs > 0 ? known.waitMs : PAUSE_MS * 2 ** (attempt - 1);
        const mayRepeat = method !== 'POST' || !known.isLost;
        if (!mayRepeat || attempt >= TRIES || waitMs > LONGEST_WAIT_MS) throw known;
        await sleep(waitMs * (1 + Math.random() / 4), undefined, { signal });
      }
    }
  };
  return {
    get: (path) => repeated('GET', path),
    post: (path, body) => repeated('POST', path, body),
    patch: (path, body) => repeated('PATCH', path, body),
  };
}

/** Passes by itself. */
class PassingError extends GitHubError {
  override readonly passing = true;
  readonly waitMs: number;

  constructor(message: string, status: number, waitMs: number) {
    super(message, status);
    this.waitMs = waitMs;
  }
}

/** How long to wait until the same request may do, 0 where it does not say; null where waiting does not help. */
function waitOf({ status, headers }: Response): number | null {
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  if (!Number.isNaN(retryAfter)) return retryAfter * 1000;
  if ((status === 403 || status === 429) && headers.get('x-ratelimit-remaining') === '0') {
    return Math.max(1000, Number(headers.get('x-ratelimit-reset') ?? 0) * 1000 - Date.now());
  }
  return status === 429 || status >= 500 ? 0 : null;
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : 'no reason given';
  } catch {
    return 'no JSON';
  }
}

function asGitHubError(error: unknown): GitHubError {
  if (error instanceof GitHubError) return error;
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return new GitHubError(`GitHub cannot be reached: ${cause?.code ?? message}.`, null);
}
