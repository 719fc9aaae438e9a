import assert from 'node:assert/strict';
import { type DescribedApi, describedApi, type OpenApi } from './described-api.ts';

/** Parsed JSON as tests read it: every member may be accessed, and is then asserted on. */
export interface Json {
  // Indexing always compiles; a missing member fails the assertion instead.
  [key: string]: Json;
  [index: number]: Json;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

export interface AskOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

/** Sends a request and returns its response. Fails if the response differs from the API description. */
export type Ask = (method: string, path: string, options?: AskOptions) => Promise<Answer>;

export async function createAsk(url: string): Promise<(token: string | undefined) => Ask> {
  const description = await fetch(`${url}/openapi.json`);
  // A process without the role of the API has no description.
  const nothing: OpenApi = { openapi: '3.1.0', paths: {}, components: { schemas: {}, responses: {} } };
  const api = describedApi(description.ok ? ((await description.json()) as OpenApi) : nothing);
  return (token) =>
    async (method, path, { body, headers = {} } = {}) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      const answer = {
        status: response.status,
        headers: response.headers,
        body: isJson && text !== '' ? JSON.parse(text) : text,
      };
      holdAgainst(api, method, path, answer);
      return answer;
    };
}

function holdAgainst(api: DescribedApi, method: string, path: string, answer: Answer): void {
  const operation = api.find(method, path);
  if (operation === undefined) return;
  const faults = operation.check(answer.status, answer.body);
  assert.deepEqual(faults, [], `${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  if (answer.status >= 400) {
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    assert.equal(answer.body.status, answer.status);
    assert.doesNotMatch(JSON.stringify(answer.body), /node_modules|\.ts:\d+|at async /);
  }
}
