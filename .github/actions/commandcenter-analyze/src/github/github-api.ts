import { setTimeout as sleep } from 'node:timers/promises';
import { version } from '../version.ts';

/** Thrown if a request to GitHub failed. Showing the result must never fail the step, so callers report this error and continue. */
export class GitHubError extends Error {
  readonly status: number | null;
  /** Sufficient permissions, as GitHub names them: `issues=write; pull_requests=write`. */
  readonly acceptedPermissions: string | null;
  /** True if the same request may succeed later, because GitHub is down or limits requests. */
  readonly isTemporary: boolean = false;

  constructor(message: string, status: number | null, acceptedPermissions: string | null = null) {
    super(message);
    this.name = 'GitHubError';
    this.status = status;
    this.acceptedPermissions = acceptedPermissions;
  }

  /** True if GitHub may have executed the request. */
  get isUncertain(): boolean {
    return this.status === null || this.status >= 500;
  }
}

export interface GitHubApi {
  get(path: string): Promise<unknown>;
  /** Sends a POST request. It is not retried after a lost response, because GitHub may have executed it. */
  post(path: string, body: object): Promise<unknown>;
  patch(path: string, body: object): Promise<unknown>;
}

const TIMEOUT_MS = 15_000;
const TRIES = 3;
const PAUSE_MS = 1000;
/** Longest wait in milliseconds before a retry; a comment is not worth a longer wait. */
const MAX_WAIT_MS = 60_000;
const RESPONSE_LIMIT_BYTES = 32 * 1024 * 1024;

/**
 * Returns functions that send requests to GitHub.
 *
 * @param signal is aborted when the step is cancelled
 */
export function openGitHub(apiUrl: string, token: string, signal: AbortSignal): GitHubApi {
  const sendOnce = async (method: string, path: string, body?: object): Promise<unknown> => {
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
    if (Number(response.headers.get('content-length') ?? 0) > RESPONSE_LIMIT_BYTES) {
      throw new GitHubError(`GitHub's response to ${method} ${path} is too large.`, response.status);
    }
    const text = await response.text();
    if (response.ok) return text === '' ? null : (JSON.parse(text) as unknown);
    const waitMs = waitOf(response);
    if (waitMs !== null)
      throw new TemporaryGitHubError(
        `GitHub is temporarily unavailable (${response.status}).`,
        response.status,
        waitMs,
      );
    throw new GitHubError(
      `GitHub responded with ${response.status} to ${method} ${path}: ${messageOf(text)}`,
      response.status,
      response.headers.get('x-accepted-github-permissions'),
    );
  };
  const sendWithRetries = async (method: string, path: string, body?: object): Promise<unknown> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(method, path, body);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof GitHubError && !(error instanceof TemporaryGitHubError)) throw error;
        const failure = asGitHubError(error);
        const waitMs =
          failure instanceof TemporaryGitHubError && failure.waitMs > 0
            ? failure.waitMs
            : PAUSE_MS * 2 ** (attempt - 1);
        const mayRepeat = method !== 'POST' || !failure.isUncertain;
        if (!mayRepeat || attempt >= TRIES || waitMs > MAX_WAIT_MS) throw failure;
        await sleep(waitMs * (1 + Math.random() / 4), undefined, { signal });
      }
    }
  };
  return {
    get: (path) => sendWithRetries('GET', path),
    post: (path, body) => sendWithRetries('POST', path, body),
    patch: (path, body) => sendWithRetries('PATCH', path, body),
  };
}

/** Thrown if a request failed for a reason that ends by itself. */
class TemporaryGitHubError extends GitHubError {
  override readonly isTemporary = true;
  readonly waitMs: number;

  constructor(message: string, status: number, waitMs: number) {
    super(message, status);
    this.waitMs = waitMs;
  }
}

/** Returns the milliseconds to wait before the request may succeed, 0 if GitHub names no time, or null if waiting does not help. */
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
    return 'the response is not JSON';
  }
}

function asGitHubError(error: unknown): GitHubError {
  if (error instanceof GitHubError) return error;
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return new GitHubError(`GitHub cannot be reached: ${cause?.code ?? message}.`, null);
}
