import createFetchClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.ts';

export { describeProblem, readProblem } from './problem.ts';
export type { components, paths } from './schema.ts';

/** Types of the API's objects by name, such as `Schemas['Task']`. */
export type Schemas = components['schemas'];

export interface ClientOptions {
  /** Address of the server, such as `http://localhost:8000`. */
  baseUrl: string;
  /** API token, which begins with `cct_`. */
  token?: string;
  /** Replaces the global `fetch`, for example to add time limits or a proxy. */
  fetch?: (request: Request) => Promise<Response>;
}

export type CommandCenterClient = Client<paths>;

/**
 * Returns a typed client for one server, used as `const { data, error } = await client.GET('/api/v1/tasks/{id}', { params: { path: { id: 1
 * } } })`. A response of status 400 or above is returned as `error` (https://www.rfc-editor.org/rfc/rfc9457). A call throws only if the
 * server cannot be reached.
 */
export function createClient({ baseUrl, token, fetch }: ClientOptions): CommandCenterClient {
  return createFetchClient<paths>({
    baseUrl: baseUrl.replace(/\/+$/, ''),
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    ...(fetch === undefined ? {} : { fetch }),
  });
}
