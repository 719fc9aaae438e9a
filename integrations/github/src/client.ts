import type { CallOptions, IntegrationContext } from '@commandcenter/integration-kit';
import { IntegrationAuthError, IntegrationRateLimitError } from '@commandcenter/integration-kit';
import { Octokit } from '@octokit/core';
import { toGitHubError } from './github-error.ts';

const DEFAULT_API_URL = 'https://api.github.com';

/** Sent with every call; Octokit's defaults are others or none. */
const apiHeaders = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

export interface Answer {
  status: number;
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

/** Octokit over the context's fetch. `renew` makes a new token when GitHub refuses one that was made for an hour (Apps). */
export function createGitHubClient(
  context: IntegrationContext,
  getToken: () => Promise<string>,
  renew?: () => Promise<unknown>,
): GitHubClient {
  const apiUrl = apiUrlOf(context.record.config);

  const octokit = ({ signal, token: _token, ...options }: Call = {}): Octokit => {
    const request = {
      fetch: (url: string, init: RequestInit) =>
        context.fetch(
          url,
          {
            ...init,
            headers: { ...headersOf(init), ...apiHeaders, 'user-agent': context.userAgent },
            ...(signal ? { signal } : {}),
          },
          options,
        ),
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
        const error = toGitHubError(thrown, context.clock.now());
        // Only what GitHub's answer said: a call that was held back before it went out says nothing new.
        if (error instanceof IntegrationRateLimitError && error.code.startsWith('github.'))
          await context.health.block(error.retryAt, error.message);
        throw error;
      }
    };
    try {
      return await attempt();
    } catch (error) {
      // Refused before anything was done: also a create may be sent again.
      if (renew === undefined || call.token !== undefined || !(error instanceof IntegrationAuthError)) throw error;
      await renew();
      return attempt();
    }
  };

  return {
    apiUrl,
    octokit,
    request: (route, parameters = {}, call = {}) =>
      send(call, async (octo, authorization) => {
        const { status, headers, data } = await octo.request(route, {
          ...parameters,
          headers: { ...headersOf(parameters), authorization },
        });
        return { status, headers, data };
      }),
    query: (document, variables, signal) =>
      send({ kind: 'read', idempotent: true, ...(signal === undefined ? {} : { signal }) }, (octo, authorization) =>
        octo.graphql(document, { ...variables, headers: { authorization } }),
      ),
  };
}

const headersOf = (value: { headers?: unknown }): Record<string, string> => {
  const { headers } = value;
  return typeof headers === 'object' && headers !== null ? (headers as Record<string, string>) : {};
};
