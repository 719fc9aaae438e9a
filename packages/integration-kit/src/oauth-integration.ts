import { BaseIntegration } from './base-integration.ts';
import type { Credentials, IntegrationRecord } from './context.ts';
import { renewWithRefreshToken } from './oauth-token.ts';

/**
 * Base class for the authorization code grant of OAuth 2.0 (https://www.rfc-editor.org/rfc/rfc6749#section-4.1). `config.client_id` names
 * the app; its secret is a stored credential.
 */
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

  /** Client secret of the app. Empty before `load()`. */
  get clientSecret(): string {
    return this.#clientSecret;
  }

  /** Returns the address at which a person allows the access. The server checks that the same `state` comes back with the code. */
  abstract getOAuthAuthorizeUrl(state: string, redirectUri: string): string;

  /** Exchanges the code for a token and returns the JSON of the token endpoint unchanged. */
  abstract exchangeCodeForToken(code: string, redirectUri: string): Promise<unknown>;

  /** Address of the token endpoint. Tokens cannot be renewed if it is undefined. */
  protected get tokenUrl(): string | undefined {
    return undefined;
  }

  protected override async renewCredentials(current: Credentials): Promise<Credentials> {
    const client = { tokenUrl: this.tokenUrl, clientId: this.clientId, clientSecret: this.#clientSecret };
    return renewWithRefreshToken(this.context, client, current);
  }
}
