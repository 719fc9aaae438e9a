import Type from 'typebox';
import { problemBody } from '../http/problem.ts';

/** RFC 9457, as every error is answered. Errors may carry further members. */
export const Problem = Type.Object(
  {
    type: Type.String({ examples: ['about:blank'] }),
    title: Type.String({ description: 'Title of the HTTP status.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    code: Type.String({ description: 'Stable, for programs.', examples: ['request.invalid'] }),
    detail: Type.String({ description: 'What is wrong and how to fix it, for people.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'JSON pointer to the field, also to a missing one.' }),
          message: Type.String(),
        }),
        { description: 'The wrong fields, at most 20.' },
      ),
    ),
    errors_left_out: Type.Optional(
      Type.Integer({ description: 'Number of further wrong fields; absent if there are none.' }),
    ),
  },
  { title: 'Problem', description: 'RFC 9457 problem details.' },
);

interface ProblemExample {
  description: string;
  value: Record<string, unknown>;
}

const example = (description: string, status: number, code: string, detail: string, more = {}): ProblemExample => ({
  description,
  value: problemBody({ status, code, detail, extensions: more }),
});

/** Description and example of each error status. */
export const problemExamples: Readonly<Record<number, ProblemExample>> = {
  400: example(
    'The request could not be understood.',
    400,
    'request.malformed_json',
    'The body is not valid JSON: Unexpected end of JSON input.',
  ),
  401: example(
    'The token is missing or not valid.',
    401,
    'token.missing',
    'This needs a token. Send a token: "Authorization: Bearer cct_…".',
  ),
  403: example(
    'The token lacks a scope, which `required_scope` names.',
    403,
    'token.scope_missing',
    'This token lacks the scope "tasks:write". Use a token that has it, or make one with POST /api/v1/tokens.',
    { required_scope: 'tasks:write' },
  ),
  404: example(
    'The object does not exist, or the token may not read its project.',
    404,
    'not_found',
    'There is no task 12 that this token can see.',
  ),
  408: example('The request did not arrive in time.', 408, 'request.timeout', 'The request did not arrive in time.'),
  409: example(
    'The request conflicts with the present state.',
    409,
    'idempotency.in_progress',
    'A request with this Idempotency-Key is still being worked on.',
  ),
  410: example(
    'The object was deleted for good.',
    410,
    'delivery.body_gone',
    'The body of this delivery is past RETENTION_DELIVERIES_DAYS and was dropped: it cannot be replayed.',
  ),
  412: example(
    'The object was changed since it was read.',
    412,
    'version.changed',
    'The task was changed meanwhile: it is at version 5. Read it again, then repeat the change with If-Match: "5".',
    { current_version: 5 },
  ),
  413: example(
    'The body is too large.',
    413,
    'request.too_large',
    'The body is too large: at most 1 MiB is taken here.',
  ),
  414: example('A part of the address is too long.', 414, 'request.url_too_long', 'A part of the address is too long.'),
  415: example(
    'The media type is not supported here.',
    415,
    'request.media_type',
    'This takes JSON. Send it with the header "Content-Type: application/json".',
  ),
  422: example('These fields are wrong.', 422, 'request.invalid', '/project_id is missing.', {
    errors: [{ pointer: '/project_id', message: 'is missing' }],
  }),
  429: example(
    'Too many requests. `Retry-After` says when to retry.',
    429,
    'github.secondary_limit',
    'GitHub asked to wait.',
    { class: 'rate_limit' },
  ),
  431: example(
    'The address and the headers exceed 16 KiB.',
    431,
    'request.headers_too_large',
    'The address and the headers of the request are too large: 16 KiB together are taken.',
  ),
  500: example(
    'An error of the server. The log has it under the request id.',
    500,
    'internal',
    'Something failed here that should not have. The log has it under request id 6f1c2c9e.',
    { request_id: '6f1c2c9e' },
  ),
  502: example(
    'The provider refused the request, or its response is invalid.',
    502,
    'github.bad_credentials',
    'GitHub refused the token. Make a new one and PATCH the integration with it.',
    { class: 'auth' },
  ),
  503: example(
    'Not available at present. `Retry-After` says when to retry.',
    503,
    'database.unavailable',
    'The database cannot be reached. Try again in a moment.',
  ),
  504: example(
    'The provider did not respond in time.',
    504,
    'integration.timeout',
    'GitHub did not answer within 30 s.',
    { class: 'timeout' },
  ),
};
