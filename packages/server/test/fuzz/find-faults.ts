import type { DescribedApi } from '../http/described-api.ts';
import type { FuzzRequest } from './fuzz-request.ts';
import type { FuzzResponse } from './send-request.ts';

/**
 * Statuses that a response may have if its request matches no operation of the API description: the server refuses the request before it
 * knows the route, or has no such route.
 */
const WITHOUT_OPERATION = new Set([204, 400, 404, 405, 408, 413, 414, 415, 431]);
const OTHER_SIDE = new Set([502, 503, 504]);
const PROBLEM = 'application/problem+json';

/** Returns the differences between a response and its description as sentences; empty if there are none. */
export function findFaults(api: DescribedApi, request: FuzzRequest, response: FuzzResponse): string[] {
  const { status, headers } = response;
  if (status >= 500 && !OTHER_SIDE.has(status)) return [`status ${status}: ${response.body}`];
  const mediaType = headers.get('content-type') ?? '';
  const operation = request.broken === undefined ? api.find(asDescribed(request.method), request.target) : undefined;
  const empty = request.method === 'HEAD' || status === 204 || status === 304;
  if (operation === undefined) {
    const described = request.broken === undefined ? WITHOUT_OPERATION.has(status) : status < 500;
    return [...(described ? [] : [`status ${status} of no operation`]), ...(empty ? [] : problemFaults(response))];
  }
  // The route of an event stream refuses HEAD with 405.
  if (request.method === 'HEAD' && status === 405) return [];
  if (empty) return status in operation.operation.responses ? [] : [`status ${status} is not described`];
  const media = mediaType.split(';', 1)[0] ?? '';
  if (isPage(request, media))
    return status in operation.operation.responses ? [] : [`status ${status} is not described`];
  const body = media.endsWith('json') ? parsed(response) : undefined;
  return [
    ...operation.check(status, body),
    ...problemFaults(response),
    ...mediaTypeFaults(operation.operation, status, media),
  ];
}

/** Returns the method under which the request is described: HEAD is described with GET. */
const asDescribed = (method: string): string => (method === 'HEAD' ? 'GET' : method);

/**
 * Returns true if the response to the link of a report is an HTML page, which a browser gets instead of JSON even if the request is
 * refused.
 */
const isPage = ({ target }: FuzzRequest, media: string): boolean =>
  media === 'text/html' && target.includes('/report.html');

function problemFaults(response: FuzzResponse): string[] {
  const { status, headers } = response;
  if (status < 400) return [];
  const mediaType = headers.get('content-type');
  // A failed health check has a JSON body of its own instead of a problem.
  if (status === 503 && mediaType?.startsWith('application/json')) return [];
  if (mediaType?.split(';', 1)[0] !== PROBLEM) return [`status ${status} with content type ${mediaType}`];
  const body = parsed(response) as Record<string, unknown> | undefined;
  if (body === undefined) return [`the body of status ${status} is not JSON`];
  const faults: string[] = [];
  if (body.status !== status) faults.push(`the problem of status ${status} says ${String(body.status)}`);
  for (const member of ['code', 'detail', 'title'])
    if (typeof body[member] !== 'string' || body[member] === '') faults.push(`the problem has no ${member}`);
  if (/node_modules|\.ts:\d+|at async /.test(response.body.toString())) faults.push('the problem has a stack trace');
  return faults;
}

function mediaTypeFaults(
  { responses }: { responses: Record<string, { content?: Record<string, unknown> }> },
  status: number,
  media: string,
): string[] {
  const described = Object.keys(responses[status]?.content ?? {}).map((type) => type.split(';', 1)[0]);
  return described.length === 0 || described.includes(media) ? [] : [`content type ${media} is not described`];
}

function parsed({ body }: FuzzResponse): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
