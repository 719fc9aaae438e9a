import assert from 'node:assert/strict';
import { githubDescription } from '../openapi/description.ts';
import type { FakeGitHub } from '../start.ts';
import { at } from './at.ts';

interface CheckedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** Returns the value at a path in the response's body, such as `labels.0.name`. */
  readonly at: (path: string) => unknown;
}

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<CheckedResponse>;

/**
 * Returns a well-behaved client that checks every response against GitHub's OpenAPI description. It calls in process if the fake GitHub
 * does not listen.
 */
export function checkedClient(github: FakeGitHub, token: string | null): Call {
  return async (method, path, body, headers = {}) => {
    const request = new Request(path.startsWith('http') ? path : `${github.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        'user-agent': 'commandcenter/0.0.0',
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await (github.port === 0 ? github.request(request) : fetch(request));
    const text = await response.text();
    const parsed: unknown = text === '' ? null : JSON.parse(text);
    checkResponse(method, new URL(request.url).pathname, response.status, parsed);
    return { status: response.status, headers: response.headers, body: parsed, at: (field) => at(parsed, field) };
  };
}

/** Fails if GitHub's description does not allow the response. */
function checkResponse(method: string, pathname: string, status: number, body: unknown): void {
  const path = pathname.replace(/^\/api\/v3/, '').replace(/^\/repositories\/\d+/, '/repos/owner/name');
  if (path === '/graphql' || path === '/api/graphql') return;
  const description = githubDescription();
  if (path === '/app/installations' && Array.isArray(body)) {
    // The schema for the list of installations requires each account to be a user and an enterprise at once, so check every element with
    // the schema of a single installation.
    for (const element of body) checkResponse(method, `${path}/1`, status, element);
    return;
  }
  const operation = description.find(method, path);
  if (operation === undefined) return;
  const check = operation.responseCheck(status);
  if (check === undefined || check === null) {
    assert.ok(status >= 300 || check === null, `GitHub documents no ${status} for ${method} ${operation.path}`);
    return;
  }
  assert.ok(check(body), `${method} ${operation.path} ${status}: ${description.explain(check)}`);
}
