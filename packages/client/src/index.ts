import createFetchClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.ts';

export type { components, paths } from './schema.ts';

/** The objects of the API, by name: `Schemas['Task']`. */
export type Schemas = components['schemas'];

export interface ClientOptions {
  /** Of the server: `http://localhost:8000`. */
  baseUrl: string;
  /** An API token, `cct_…`. */
  token?: string;
  /** In place of the global one: for tests, proxies and time-outs. */
  fetch?: (request: Request) => Promise<Response>;
}

export type CommandCenterClient = Client<paths>;

/**
 * A typed client: `const { data, error } = await client.GET('/api/v1/tasks/{id}', { params: { path: { id: 1 } } })`.
 * Answers of 400 and above are `error` (RFC 9457); only a server that cannot be reached throws.
 */
export function createClient({ baseUrl, token, fetch }: ClientOptions): CommandCenterClient {
  return createFetchClient<paths>({
    baseUrl: baseUrl.replace(/\/+$/, ''),
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    ...(fetch === undefined ? {} : { fetch }),
  });
}
