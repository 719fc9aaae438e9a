import { mayPass, reasonOf } from '../network-failure.ts';
import { isTemporaryStatus, requestedPauseMs, retry, retryPolicies, TemporaryFailure } from '../retry.ts';
import { version } from '../version.ts';

interface GitHubErrorOptions extends ErrorOptions {
  status: number | null;
  acceptedPermissions?: string | null;
  isTemporary?: boolean;
  pauseMs?: number | undefined;
}

/** A request to GitHub failed. Showing the result must never fail the step, so callers report this error and continue. */
export class GitHubError extends Error {
  /** Null if there was no response. */
  readonly status: number | null;
  /** Sufficient permissions, as GitHub names them: `issues=write; pull_requests=write`. */
  readonly acceptedPermissions: string | null;
  /** True if the same request may succeed later, because GitHub is down or limits requests. */
  readonly isTemporary: boolean;
  /** The pause that GitHub requests, in milliseconds; undefined if it requests none. */
  readonly pauseMs: number | undefined;

  constructor(message: string, options: GitHubErrorOptions) {
    super(message, options);
    this.name = 'GitHubError';
    this.status = options.status;
    this.acceptedPermissions = options.acceptedPermissions ?? null;
    this.isTemporary = options.isTemporary ?? false;
    this.pauseMs = options.pauseMs;
  }

  /** True if GitHub may have executed the request. */
  get isUncertain(): boolean {
    return this.status === null || this.status >= 500;
  }
}

export interface GitHubApi {
  /** Aborted when the step is cancelled. */
  readonly signal: AbortSignal;
  get(path: string): Promise<unknown>;
  /** Sends a POST request. It is not retried after a lost response, because GitHub may have executed it. */
  post(path: string, body: object): Promise<unknown>;
  patch(path: string, body: object): Promise<unknown>;
}

const TIMEOUT_MS = 15_000;
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
    const { status, headers } = response;
    if (Number(headers.get('content-length') ?? 0) > RESPONSE_LIMIT_BYTES)
      throw new GitHubError(`GitHub's response to ${method} ${path} is too large.`, { status });
    const text = await response.text();
    if (response.ok) return text === '' ? null : (JSON.parse(text) as unknown);
    const pauseMs = pauseOf(response);
    if (pauseMs !== undefined || isTemporaryStatus(status)) {
      const message = `GitHub is temporarily unavailable (${status}).`;
      throw new GitHubError(message, { status, isTemporary: true, pauseMs });
    }
    throw new GitHubError(`GitHub responded with ${status} to ${method} ${path}: ${messageOf(text)}`, {
      status,
      acceptedPermissions: headers.get('x-accepted-github-permissions'),
    });
  };
  const send = (method: string, path: string, body?: object): Promise<unknown> =>
    retry(
      async () => {
        try {
          return await sendOnce(method, path, body);
        } catch (error) {
          const failure = toGitHubError(error);
          const mayRepeat = failure.isTemporary && (method !== 'POST' || !failure.isUncertain);
          throw mayRepeat ? new TemporaryFailure(failure, failure.pauseMs) : failure;
        }
      },
      { policy: retryPolicies.github, signal },
    );
  return {
    signal,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    patch: (path, body) => send('PATCH', path, body),
  };
}

/** Returns the pause that GitHub requests, in milliseconds; undefined if it requests none. */
function pauseOf(response: Response): number | undefined {
  const { status, headers } = response;
  const isLimited = (status === 403 || status === 429) && headers.get('x-ratelimit-remaining') === '0';
  const untilReset = Number(headers.get('x-ratelimit-reset') ?? 0) * 1000 - Date.now();
  return requestedPauseMs(response) ?? (isLimited ? Math.max(1000, untilReset) : undefined);
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : 'no reason given';
  } catch {
    return 'the response is not JSON';
  }
}

function toGitHubError(error: unknown): GitHubError {
  if (error instanceof GitHubError) return error;
  const message = `GitHub cannot be reached: ${reasonOf(error)}.`;
  return new GitHubError(message, { status: null, isTemporary: mayPass(error), cause: error });
}
