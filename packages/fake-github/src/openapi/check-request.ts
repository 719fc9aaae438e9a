import type { ViolationKind } from '../http/violations.ts';
import { isObject } from '../json.ts';
import type { OpenApiDescription } from './description.ts';

export interface Problem {
  readonly kind: ViolationKind;
  readonly detail: string;
}

/** Matches paths with a repository's id. GitHub's own Link headers contain them, but its description does not document them. */
const undocumentedPath = /^\/repositories\/\d+/;

/** Compares a request with GitHub's description and returns the problems of its path, method, query and body. */
export function checkRequest(
  description: OpenApiDescription,
  request: { method: string; path: string; query: URLSearchParams; body: unknown },
): Problem[] {
  const documentedPath = request.path.replace(undocumentedPath, '/repos/owner/name');
  const operation = description.find(request.method, documentedPath);
  if (operation === undefined) {
    return [{ kind: 'unknown_route', detail: `GitHub documents no ${request.method} ${documentedPath}` }];
  }
  const problems: Problem[] = [];
  const isIssueList = operation.path === '/repos/{owner}/{repo}/issues';
  for (const [name, value] of request.query) {
    if (isIssueList && (name === 'after' || name === 'before')) continue;
    const check = operation.queryCheck(name);
    if (check === undefined) problems.push({ kind: 'undocumented_query', detail: `No query parameter ${name}` });
    else if (!check(value)) problems.push({ kind: 'invalid_query', detail: `${name}=${value} is not allowed` });
  }
  if (isObject(request.body)) {
    for (const field of Object.keys(request.body)) {
      if (!operation.bodyFields.has(field)) problems.push({ kind: 'undocumented_field', detail: `No field ${field}` });
    }
  }
  const bodyCheck = operation.bodyCheck();
  if (bodyCheck !== null && request.body !== undefined && !bodyCheck(request.body)) {
    problems.push({ kind: 'invalid_body', detail: description.explain(bodyCheck) });
  }
  return problems;
}
