import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import type { Credentials, IntegrationContext } from './context.ts';
import { IntegrationAuthError, IntegrationError } from './errors.ts';
import { errorForStatus } from './response-error.ts';

const tokenAnswer = Type.Object({
  access_token: Type.String({ minLength: 1 }),
  refresh_token: Type.Optional(Type.String({ minLength: 1 })),
  expires_in: Type.Optional(Type.Number({ minimum: 0 })),
});

/** The fields of a token endpoint's answer that are used (RFC 6749, section 5.1). */
export type OAuthTokenAnswer = Static<typeof tokenAnswer>;

/**
 * One request to an OAuth token endpoint, form-encoded (RFC 6749, sections 4.1.3 and 6). Never tried again inside: a rotating refresh
 * token may be spent although no answer came. Throws IntegrationAuthError when the endpoint refuses (400, 401).
 */
export async function requestOAuthToken(
  context: IntegrationContext,
  tokenUrl: string,
  parameters: Record<string, string>,
): Promise<OAuthTokenAnswer> {
  const response = await context.fetch(
    tokenUrl,
    { method: 'POST', headers: { accept: 'application/json' }, body: new URLSearchParams(parameters) },
    { idempotent: false, kind: 'read' },
  );
  if (response.status === 400 || response.status === 401) {
    throw new IntegrationAuthError(
      `The token endpoint refused the ${parameters.grant_type ?? 'token'} grant (${response.status}).`,
      {
        code: 'integration.grant_refused',
        status: response.status,
        hint: 'Connect the integration again.',
      },
    );
  }
  if (!response.ok) throw errorForStatus(response, 'The token endpoint');
  const answer: unknown = await response.json().catch(() => undefined);
  if (Check(tokenAnswer, answer)) return answer;
  // Some endpoints (GitHub's) refuse with 200 and an `error` field.
  throw isRefusal(answer)
    ? new IntegrationAuthError(`The token endpoint refused: ${answer.error}.`, {
        code: 'integration.grant_refused',
        hint: 'Connect the integration again.',
      })
    : new IntegrationError('The token endpoint answered without an access_token.', {
        class: 'outage',
        status: response.status,
      });
}

/** The credentials that a token answer leaves behind; what it does not renew stays. */
export function credentialsFromToken(current: Credentials, answer: OAuthTokenAnswer, now: Date): Credentials {
  const { expiresAt: _ended, ...rest } = current;
  return {
    ...rest,
    accessToken: answer.access_token,
    ...(answer.refresh_token === undefined ? {} : { refreshToken: answer.refresh_token }),
    ...(answer.expires_in === undefined
      ? {}
      : { expiresAt: new Date(now.getTime() + answer.expires_in * 1000).toISOString() }),
  };
}

/** Where and as whom tokens are renewed. Public clients have no secret. */
export interface OAuthClient {
  tokenUrl: string | undefined;
  clientId: string;
  clientSecret?: string;
}

/** The refresh token grant (RFC 6749, section 6): what `renewCredentials` of most integrations comes down to. */
export async function renewWithRefreshToken(
  context: IntegrationContext,
  { tokenUrl, clientId, clientSecret }: OAuthClient,
  current: Credentials,
): Promise<Credentials> {
  if (tokenUrl === undefined || current.refreshToken === undefined) {
    throw new IntegrationAuthError('The access token has ended and there is no refresh token.', {
      code: 'integration.no_refresh_token',
      hint: 'Connect the integration again.',
    });
  }
  const answer = await requestOAuthToken(context, tokenUrl, {
    grant_type: 'refresh_token',
    refresh_token: current.refreshToken,
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
  });
  return credentialsFromToken(current, answer, context.clock.now());
}

const isRefusal = (answer: unknown): answer is { error: string } =>
  typeof answer === 'object' && answer !== null && 'error' in answer && typeof answer.error === 'string';
