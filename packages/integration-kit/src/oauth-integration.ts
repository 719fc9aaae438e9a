import { BaseIntegration } from './base-integration.ts';
import type { Credentials, IntegrationRecord } from './context.ts';
import { IntegrationAuthError } from './errors.ts';
import { credentialsFromToken, requestOAuthToken } from './oauth-token.ts';

/** Signs in with OAuth 2.0's authorization code grant. `config.client_id` names the app; its secret is a stored credential. */
export abstract class OAuthIntegration extends BaseIntegration {
  #clientSecret = '';

  override async load(): Promise<IntegrationRecord> {
    const record = await super.load();
    this.#clientSecret = (await this.context.credentials.get()).clientSecret ?? '';
    return record;
  }

  get clientId(): string {
    const clientId = this.integration.config.client_id;
    return typeof clientId === 'string' ? clientId : '';
  }

  /** Empty before `load()`. */
  get clientSecret(): string {
    return this.#clientSecret;
  }

  /** Where a browser is sent to allow the access. `state` comes back with the code and is checked by the server. */
  abstract getOAuthAuthorizeUrl(state: string, redirectUri: string): string;

  /** Trades the code for a token; answers the endpoint's JSON. */
  abstract exchangeCodeForToken(code: string, redirectUri: string): Promise<Record<string, unknown>>;

  /** Where tokens are renewed; without one they cannot be. */
  protected get tokenUrl(): string | undefined {
    return undefined;
  }

  protected override async renewCredentials(current: Credentials): Promise<Credentials> {
    if (this.tokenUrl === undefined || current.refreshToken === undefined) {
      throw new IntegrationAuthError('The access token has ended and there is no refresh token.', {
        code: 'integration.no_refresh_token',
        hint: 'Connect the integration again.',
      });
    }
    const answer = await requestOAuthToken(this.context, this.tokenUrl, {
      grant_type: 'refresh_token',
      refresh_token: current.refreshToken,
      client_id: this.clientId,
      client_secret: this.#clientSecret,
    });
    return credentialsFromToken(current, answer, this.context.clock.now());
  }
}
