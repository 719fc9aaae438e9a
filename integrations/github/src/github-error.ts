import {
  IntegrationAuthError,
  IntegrationError,
  IntegrationNotFoundError,
  IntegrationRateLimitError,
} from '@commandcenter/integration-kit';
import { GraphqlResponseError } from '@octokit/graphql';
import { RequestError } from '@octokit/request-error';
import { type Static, Type } from 'typebox';
import { createReader } from './schema-reader.ts';

/**
 * Pause after a secondary rate limit in milliseconds. GitHub's documentation says "otherwise, wait for at least one minute before
 * retrying": https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
const SECONDARY_WAIT_MS = 60_000;

/** Error code of a response with status 401, which means that the token is wrong, expired or revoked. */
export const BAD_CREDENTIALS = 'github.bad_credentials';

const ErrorBodySchema = Type.Object({
  message: Type.Optional(Type.String()),
  documentation_url: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(Type.Unknown())),
});
type ErrorBody = Static<typeof ErrorBodySchema>;
const errorBody = createReader(ErrorBodySchema);

/** Thrown when GitHub understood the request and refused its content (422). */
export class GitHubValidationError extends IntegrationError {
  /** Names of the fields that GitHub refused, such as `assignees`. */
  readonly fields: readonly string[];

  constructor(message: string, fields: readonly string[], cause: unknown) {
    super(message, { class: 'validation', code: 'github.validation', status: 422, cause });
    this.fields = fields;
  }
}

const NOT_FOUND_HINT = 'Check the name, and that the credential may read it.';

/**
 * Converts Octokit's error to an `IntegrationError` whose class decides what happens next; any other value is returned unchanged. `gone` is
 * true for status 410, which GitHub sends for a deleted issue and for a repository with disabled issues.
 *
 * @param tokenExpiresAt RFC 3339 expiry of the token, if GitHub has reported it
 */
export function toGitHubError(thrown: unknown, now: Date, tokenExpiresAt: string | null = null): unknown {
  if (thrown instanceof GraphqlResponseError) return graphqlError(thrown, now);
  if (!(thrown instanceof RequestError)) return thrown;
  // Octokit wrapped an error that the context's fetch threw.
  if (thrown.response === undefined) return thrown.cause ?? thrown;
  const { status, headers, data } = thrown.response;
  const body = errorBody.matches(data) ? data : {};
  const message = describe(status, body, thrown);
  if (status === 401) {
    return new IntegrationAuthError(message, {
      code: BAD_CREDENTIALS,
      status,
      hint: newTokenHint(now, tokenExpiresAt),
      cause: thrown,
    });
  }
  if (status === 403 || status === 429) {
    if (status === 429 || isSecondaryLimit(body)) return secondaryLimit(message, status, now, thrown);
    return new IntegrationError(message, {
      class: 'permission',
      code: 'github.forbidden',
      status,
      hint: permissionHint(headers, body),
      cause: thrown,
    });
  }
  if (status === 404 || status === 410) {
    return new IntegrationNotFoundError(message, {
      code: status === 410 ? 'github.gone' : 'github.not_found',
      status,
      gone: status === 410,
      hint:
        status === 410
          ? 'Check that it was not deleted, and that issues are enabled in the settings of the repository.'
          : NOT_FOUND_HINT,
      cause: thrown,
    });
  }
  if (status === 422) return new GitHubValidationError(message, fieldsOf(body), thrown);
  if (status >= 500)
    return new IntegrationError(message, { class: 'outage', code: 'github.outage', status, cause: thrown });
  return new IntegrationError(message, {
    class: status === 451 ? 'permission' : 'validation',
    code: 'github.refused',
    status,
    ...(status === 451
      ? { hint: 'GitHub blocks it for legal reasons, which only its owner can settle with GitHub.' }
      : {}),
    cause: thrown,
  });
}

function newTokenHint(now: Date, tokenExpiresAt: string | null): string {
  const remedy = 'Create a new token on GitHub and set it with PATCH {"access_token": "…"}.';
  if (tokenExpiresAt === null || Date.parse(tokenExpiresAt) > now.getTime()) return remedy;
  const [day, time] = tokenExpiresAt.split('T');
  return `The token expired on ${day} at ${time?.slice(0, 5)} UTC. ${remedy}`;
}

/** Converts an error that GraphQL reported. The thrown error does not become its cause, because it contains the request's headers. */
function graphqlError(thrown: GraphqlResponseError<unknown>, now: Date): IntegrationError {
  const errors: { type?: string; message: string }[] = thrown.errors ?? [];
  const message = `GitHub GraphQL: ${errors.map((error) => error.message).join('; ')}`;
  const has = (...types: string[]): boolean => errors.some(({ type }) => type !== undefined && types.includes(type));
  if (has('RATE_LIMITED', 'RATE_LIMIT')) {
    const reset = Number(thrown.headers['x-ratelimit-reset']) * 1000;
    const retryAt = reset > now.getTime() ? new Date(reset + 1000) : new Date(now.getTime() + SECONDARY_WAIT_MS);
    return new IntegrationRateLimitError(message, retryAt, { code: 'github.rate_limit' });
  }
  if (has('NOT_FOUND'))
    return new IntegrationNotFoundError(message, { code: 'github.not_found', hint: NOT_FOUND_HINT });
  if (has('FORBIDDEN', 'INSUFFICIENT_SCOPES')) {
    return new IntegrationError(message, {
      class: 'permission',
      code: 'github.forbidden',
      hint: permissionHint({}, {}),
    });
  }
  // Errors of GitHub itself, such as "Something went wrong while executing your query", have no type.
  const untyped = errors.every(({ type }) => type === undefined);
  return new IntegrationError(message, {
    class: untyped ? 'outage' : 'validation',
    code: 'github.graphql',
  });
}

const secondaryLimit = (message: string, status: number, now: Date, cause: unknown): IntegrationRateLimitError =>
  new IntegrationRateLimitError(message, new Date(now.getTime() + SECONDARY_WAIT_MS), {
    code: 'github.secondary_rate_limit',
    status,
    hint: 'Nothing needs to be done: the request is repeated after the wait.',
    cause,
  });

/** Returns true for a secondary rate limit. Without a Retry-After header, only the text or the link of the response identifies it. */
const isSecondaryLimit = ({ message = '', documentation_url = '' }: ErrorBody): boolean =>
  /secondary-rate-limits/.test(documentation_url) || /\b(secondary rate limit|abuse detection)\b/i.test(message);

function permissionHint(
  headers: Record<string, string | number | undefined>,
  { message = '' }: Pick<ErrorBody, 'message'>,
): string {
  const sso = headers['x-github-sso'];
  if (sso !== undefined) return ssoHint(String(sso));
  // Only the text of the response identifies a refusal by an organization's IP allow list.
  if (/\bIP allow list\b/i.test(message))
    return "Add the address from which this server reaches GitHub to the organization's IP allow list (organization settings, Authentication security).";
  const needed = headers['x-accepted-github-permissions'];
  if (needed !== undefined && needed !== '') return `Give the token these permissions: ${needed}.`;
  return 'Give the token access to this repository and the scopes repo, read:org and admin:repo_hook.';
}

/**
 * Returns the hint for the header `x-github-sso`, which is `required; url=https://github.com/orgs/acme/sso?authorization_request=…` with
 * the page on which a person authorizes the token.
 */
function ssoHint(header: string): string {
  const url = /\burl=(https:\/\/\S+)/.exec(header)?.[1];
  const where = url === undefined ? 'on GitHub, under the settings of the token' : `at ${url}`;
  return `The organization requires single sign-on: authorize the token for it ${where}.`;
}

function describe(status: number, body: ErrorBody, thrown: RequestError): string {
  const { method, url } = thrown.request;
  const details = (body.errors ?? []).map(describeDetail).filter((detail) => detail !== '');
  const reason = [body.message ?? '', ...details].filter((part) => part !== '').join(': ');
  return `GitHub answered ${status} to ${method} ${new URL(url).pathname}${reason === '' ? '' : `: ${reason}`}`;
}

/** Describes one error of a 422, which is a text or `{resource, field, code, message?}`. */
function describeDetail(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  if (typeof detail !== 'object' || detail === null) return '';
  const { message, field, code } = detail as Record<string, unknown>;
  if (typeof message === 'string') return message;
  return [field, code].filter((part) => typeof part === 'string').join(' is ');
}

const fieldsOf = ({ errors = [] }: ErrorBody): string[] =>
  errors
    .map((detail) => (typeof detail === 'object' && detail !== null && 'field' in detail ? detail.field : undefined))
    .filter((field) => typeof field === 'string');
