import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import type { Credentials, IntegrationContext } from './context.ts';
import { IntegrationAuthError, IntegrationError } from './errors.ts';
import { errorForStatus } from './response-error.ts';

const tokenResponse = Type.Object({
  access_token: Type.String({ minLength: 1 }),
  refresh_token: Type.Optional(Type.String({ minLength: 1 })),
  expires_in: Type.Optional(Type.Number({ minimum: 0 })),
});

/** The fields that we use of a token endpoint's response (https://www.rfc-editor.org/rfc/rfc6749#section-5.1). */
export type OAuthTokenResponse = Static<typeof tokenResponse>;

/**
 * Sends one form-encoded request to an OAuth token endpoint and returns its response (https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
 * and #section-6). It is never retried, because a rotating refresh token may be spent even if no response arrives. Throws
 * `IntegrationAuthError` if the endpoint refuses the grant (400, 401, or 200 with an `error`), and an `IntegrationError` for any other
 * failure.
 */
export async function requestOAuthToken(
  context: IntegrationContext,
  tokenUrl: string,
  parameters: Record<string, string>,
): Promise<OAuthTokenResponse> {
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
  // A response that is not JSON has no access_token, which is reported below.
  const token: unknown = await response.json().catch(() => undefined);
  if (Check(tokenResponse, token)) return token;
  // Some endpoints, such as GitHub's, refuse with status 200 and a field `error`.
  throw isRefusal(token)
    ? new IntegrationAuthError(`The token endpoint refused: ${token.error}.`, {
        code: 'integration.grant_refused',
        hint: 'Connect the integration again.',
      })
    : new IntegrationError('The token endpoint returned no access_token.', {
        class: 'outage',
        status: response.status,
      });
}

/** Merges a token response into the credentials. Fields that the response does not renew stay, except the old expiry time. */
export function credentialsFromToken(current: Credentials, token: OAuthTokenResponse, now: Date): Credentials {
  const { expiresAt: _oldExpiry, ...rest } = current;
  return {
    ...rest,
    accessToken: token.access_token,
    ...(token.refresh_token === undefined ? {} : { refreshToken: token.refresh_token }),
    ...(token.expires_in === undefined
      ? {}
      : { expiresAt: new Date(now.getTime() + token.expires_in * 1000).toISOString() }),
  };
}

/** An OAuth app. Public clients have no secret. */
export interface OAuthClient {
  tokenUrl: string | undefined;
  clientId: string;
  clientSecret?: string;
}

/**
 * Renews credentials with the refresh token grant (https://www.rfc-editor.org/rfc/rfc6749#section-6); most integrations can use it as their
 * `renewCredentials`. Throws `IntegrationAuthError` if there is no refresh token or the endpoint refuses it.
 */
export async function renewWithRefreshToken(
  context: IntegrationContext,
  { tokenUrl, clientId, clientSecret }: OAuthClient,
  current: Credentials,
): Promise<Credentials> {
  if (tokenUrl === undefined || current.refreshToken === undefined) {
    throw new IntegrationAuthError('The access token has expired and there is no refresh token.', {
      code: 'integration.no_refresh_token',
      hint: 'Connect the integration again.',
    });
  }
  const token = await requestOAuthToken(context, tokenUrl, {
    grant_type: 'refresh_token',
    refresh_token: current.refreshToken,
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
  });
  return credentialsFromToken(current, token, context.clock.now());
}

const isRefusal = (token: unknown): token is { error: string } =>
  typeof token === 'object' && token !== null && 'error' in token && typeof token.error === 'string';
