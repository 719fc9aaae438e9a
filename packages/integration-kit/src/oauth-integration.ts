import { BaseIntegration } from './base-integration.ts';
import type { Credentials, IntegrationRecord } from './context.ts';
import { renewWithRefreshToken } from './oauth-token.ts';

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

  /** Trades the code for a token; answers the endpoint's JSON as it is. */
  abstract exchangeCodeForToken(code: string, redirectUri: string): Promise<unknown>;

  /** Where tokens are renewed; without one they cannot be. */
  protected get tokenUrl(): string | undefined {
    return undefined;
  }

  protected override async renewCredentials(current: Credentials): Promise<Credentials> {
    const client = { tokenUrl: this.tokenUrl, clientId: this.clientId, clientSecret: this.#clientSecret };
    return renewWithRefreshToken(this.context, client, current);
  }
}
