import type { CallOptions, IntegrationContext } from '@commandcenter/integration-kit';
import { IntegrationAuthError, IntegrationError, IntegrationRateLimitError } from '@commandcenter/integration-kit';
import { Octokit } from '@octokit/core';
import { readTokenExpiry } from './connection/token-expiry.ts';
import { BAD_CREDENTIALS, toGitHubError } from './github-error.ts';

const DEFAULT_API_URL = 'https://api.github.com';

/** Headers of every call to GitHub. Without them, Octokit sends another `accept` header and no API version. */
const apiHeaders = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

export interface GitHubResponse {
  status: number;
  /** True if GitHub redirected the request to another resource, because its repository was renamed or its issue was transferred. */
  redirected: boolean;
  headers: Record<string, string | number | undefined>;
  data: unknown;
}

interface Call extends CallOptions {
  signal?: AbortSignal | undefined;
  /** Token to use instead of the integration's own one, for requests that need the JWT of an App. */
  token?: string;
}

export interface GitHubClient {
  /** Address of the REST API without a trailing slash. */
  apiUrl: string;
  /**
   * Sends a request and returns its response. `route` is as in GitHub's documentation, such as `PATCH
   * /repos/{owner}/{repo}/issues/{issue_number}`, or GET and a complete address of this API. Throws an `IntegrationError` for status 400
   * and above.
   */
  request(route: string, parameters?: Record<string, unknown>, call?: Call): Promise<GitHubResponse>;
  /** Sends a GraphQL query and returns its `data`. The query may be retried, so it must not be a mutation. */
  query(document: string, variables: Record<string, unknown>, signal?: AbortSignal): Promise<unknown>;
  octokit(call?: Call): Octokit;
}

const apiUrlOf = (config: Record<string, unknown>): string =>
  typeof config.api_url === 'string' ? config.api_url.replace(/\/+$/, '') : DEFAULT_API_URL;

/** Renews the short-lived token of an App, and explains requests that were refused with it. */
export interface AppTokens {
  /** Requests a new token. Called when GitHub refuses the present token with 401. */
  renew(): Promise<unknown>;
  /** Returns the error to throw for a request that GitHub refused with 403. */
  explain(refusal: IntegrationError, signal?: AbortSignal): Promise<IntegrationError>;
}

/** Creates a client that uses Octokit on top of the context's fetch. `app` is only present for a GitHub App. */
export function createGitHubClient(
  context: IntegrationContext,
  getToken: () => Promise<string>,
  app?: AppTokens,
): GitHubClient {
  const apiUrl = apiUrlOf(context.record.config);

  const octokit = ({ signal, token, ...options }: Call = {}): Octokit => {
    const request = {
      fetch: async (url: string, init: RequestInit) => {
        const response = await context.fetch(
          url,
          {
            ...init,
            headers: { ...headersOf(init), ...apiHeaders, 'user-agent': context.userAgent },
            ...(signal ? { signal } : {}),
          },
          options,
        );
        // Ignore the expiry of an App's tokens, because they are renewed before they expire.
        const expiresAt = app === undefined && token === undefined ? readTokenExpiry(response) : undefined;
        if (expiresAt !== undefined) context.health.updateCredentialExpiry(expiresAt);
        return response;
      },
      log: { warn: (message: string) => context.log.warn({}, message) },
    };
    return new Octokit({
      baseUrl: apiUrl,
      request,
      log: {
        debug: () => {},
        info: () => {},
        warn: (message: string) => context.log.warn({}, message),
        error: (message: string) => context.log.debug({}, message),
      },
    });
  };

  const send = async <T>(call: Call, request: (octokit: Octokit, authorization: string) => Promise<T>): Promise<T> => {
    const attempt = async (): Promise<T> => {
      const token = call.token ?? (await getToken());
      try {
        return await request(octokit(call), `Bearer ${token}`);
      } catch (thrown) {
        call.signal?.throwIfAborted();
        const error = toGitHubError(thrown, context.clock.now(), context.record.credentialExpiresAt);
        // Record only a limit from a response of GitHub. A call that the context held back reports a limit that is already recorded.
        if (error instanceof IntegrationRateLimitError && error.code.startsWith('github.'))
          await context.health.block(error.retryAt, error.message);
        const forbidden = error instanceof IntegrationError && error.class === 'permission' && error.status === 403;
        throw forbidden && app !== undefined && call.token === undefined
          ? await app.explain(error, call.signal)
          : error;
      }
    };
    try {
      return await attempt();
    } catch (error) {
      // GitHub refuses a bad token before it does anything with the request, so even a create may be sent again.
      if (app === undefined || call.token !== undefined || !isBadToken(error)) throw error;
      await app.renew();
      return attempt();
    }
  };

  return {
    apiUrl,
    octokit,
    request: (route, parameters = {}, call = {}) =>
      send(call, async (octo, authorization) => {
        const { url, status, headers, data } = await octo.request(route, {
          ...parameters,
          headers: { ...headersOf(parameters), authorization },
        });
        return {
          status,
          headers,
          data,
          redirected: isOtherResource(octo.request.endpoint(route, parameters).url, url),
        };
      }),
    query: (document, variables, signal) =>
      send({ kind: 'read', idempotent: true, ...(signal === undefined ? {} : { signal }) }, (octo, authorization) =>
        octo.graphql(document, { ...variables, headers: { authorization } }),
      ),
  };
}

/**
 * Returns true if GitHub refused the token itself. Errors about the installation or the App's key have the same class, but a new token
 * does not help against them.
 */
const isBadToken = (error: unknown): boolean => error instanceof IntegrationAuthError && error.code === BAD_CREDENTIALS;

/**
 * Returns true if a redirect led to another resource. Compares only the paths, because the same path at another scheme or host is the
 * same resource.
 */
function isOtherResource(requestedUrl: string, finalUrl: string): boolean {
  // The address is empty for a response that did not come from the network.
  return finalUrl !== '' && new URL(finalUrl).pathname !== new URL(requestedUrl).pathname;
}

const headersOf = (value: { headers?: unknown }): Record<string, string> => {
  const { headers } = value;
  return typeof headers === 'object' && headers !== null ? (headers as Record<string, string>) : {};
};
