import type { CallOptions, IntegrationContext } from '@commandcenter/integration-kit';
import { IntegrationAuthError, IntegrationError, IntegrationRateLimitError } from '@commandcenter/integration-kit';
import { Octokit } from '@octokit/core';
import { readTokenExpiry } from './connection/token-expiry.ts';
import { BAD_CREDENTIALS, toGitHubError } from './github-error.ts';

const DEFAULT_API_URL = 'https://api.github.com';

/** Sent with every call; Octokit's defaults are others or none. */
const apiHeaders = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

export interface Answer {
  status: number;
  /** GitHub led the request to another resource: its repository was renamed, or its issue was transferred. */
  redirected: boolean;
  headers: Record<string, string | number | undefined>;
  data: unknown;
}

interface Call extends CallOptions {
  signal?: AbortSignal | undefined;
  /** Instead of the integration's own: an App's JWT. */
  token?: string;
}

export interface GitHubClient {
  /** Without a slash at its end. */
  apiUrl: string;
  /** `route` as GitHub documents it: `PATCH /repos/{owner}/{repo}/issues/{issue_number}`, or GET and a whole address of this API. */
  request(route: string, parameters?: Record<string, unknown>, call?: Call): Promise<Answer>;
  /** A query's `data`. Never a mutation: it is tried again. */
  query(document: string, variables: Record<string, unknown>, signal?: AbortSignal): Promise<unknown>;
  octokit(call?: Call): Octokit;
}

const apiUrlOf = (config: Record<string, unknown>): string =>
  typeof config.api_url === 'string' ? config.api_url.replace(/\/+$/, '') : DEFAULT_API_URL;

/** Renews the short-lived token of an App and explains refused requests of it. */
export interface AppTokens {
  /** Makes a new token. Called when GitHub refuses the present one (401). */
  renew(): Promise<unknown>;
  /** Finds the error to throw for a request that GitHub forbade (403). */
  explain(refusal: IntegrationError, signal?: AbortSignal): Promise<IntegrationError>;
}

/** Octokit over the context's fetch. */
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
        // The tokens of an App are renewed before they expire.
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

  const send = async <T>(call: Call, work: (octokit: Octokit, authorization: string) => Promise<T>): Promise<T> => {
    const attempt = async (): Promise<T> => {
      const token = call.token ?? (await getToken());
      try {
        return await work(octokit(call), `Bearer ${token}`);
      } catch (thrown) {
        call.signal?.throwIfAborted();
        const error = toGitHubError(thrown, context.clock.now(), context.record.credentialExpiresAt);
        // Only a limit that GitHub's response named: a call that was held back before it went out brings no news.
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
      // GitHub refused the request before it did anything, so that even a create may be sent again.
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
        return { status, headers, data, redirected: leadsElsewhere(octo.request.endpoint(route, parameters).url, url) };
      }),
    query: (document, variables, signal) =>
      send({ kind: 'read', idempotent: true, ...(signal === undefined ? {} : { signal }) }, (octo, authorization) =>
        octo.graphql(document, { ...variables, headers: { authorization } }),
      ),
  };
}

/** Errors about the installation or the App's key have the same class, and a new token does not help there. */
const isBadToken = (error: unknown): boolean => error instanceof IntegrationAuthError && error.code === BAD_CREDENTIALS;

/** Compares paths only: a redirect to another scheme or host with the same path names the same resource. */
function leadsElsewhere(asked: string, answered: string): boolean {
  // A response that was not fetched has no address.
  return answered !== '' && new URL(answered).pathname !== new URL(asked).pathname;
}

const headersOf = (value: { headers?: unknown }): Record<string, string> => {
  const { headers } = value;
  return typeof headers === 'object' && headers !== null ? (headers as Record<string, string>) : {};
};
