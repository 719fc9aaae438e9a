import type { ConnectionReport } from './connection-report.ts';
import type {
  CallOptions,
  Credentials,
  HealthSnapshot,
  IntegrationContext,
  IntegrationRecord,
  RateLimit,
} from './context.ts';
import { IntegrationAuthError, IntegrationError } from './errors.ts';
import { hubSignature256, verifySignature, type WebhookSignature } from './webhook-signature.ts';

/** Milliseconds before its expiry at which a token is renewed, so that it does not expire during a request. */
const RENEW_BEFORE_MS = 60_000;

/**
 * Base class of every integration. It keeps credentials encrypted and renewed, counts health and stores rate limits. The server creates one
 * instance per operation, so keep state that must outlive the operation in `this.context.store`.
 */
export class BaseIntegration {
  /** Signature scheme of this sender's webhooks. It is data because the server verifies: no integration contains verification code. */
  static readonly webhookSignature: WebhookSignature = hubSignature256;

  /** The stored record of this integration, without secrets. `load` replaces it with a fresh copy. */
  integration: IntegrationRecord;
  protected readonly context: IntegrationContext;

  constructor(context: IntegrationContext) {
    this.context = context;
    this.integration = context.record;
  }

  /**
   * Reads the record from the database again, keeps it in `this.integration` and returns it. The server calls this before anything else.
   */
  async load(): Promise<IntegrationRecord> {
    this.integration = await this.context.readRecord();
    return this.integration;
  }

  /**
   * Tests the credential. Returns true, or a report that also names the account; throws an `IntegrationError` if the credential does not
   * work. The default is for integrations that only receive webhooks: there is nothing to test, so it returns true.
   */
  async testConnection(): Promise<boolean | ConnectionReport> {
    return true;
  }

  /** Returns the name that people see: the name of the record, unless the integration overrides this with a better one. */
  async getDisplayName(): Promise<string> {
    return this.integration.name;
  }

  /**
   * Returns the access token, and renews it first if it expires within a minute. Throws `IntegrationAuthError` if there is no token or it
   * cannot be renewed.
   */
  async getAccessToken(): Promise<string> {
    const credentials = await this.context.credentials.get();
    const current = this.#expiresSoon(credentials) ? await this.#renew(credentials) : credentials;
    if (current.accessToken === undefined) {
      throw new IntegrationAuthError('This integration has no access token.', {
        code: 'integration.no_access_token',
        hint: 'Give one with PATCH {"access_token": "…"}.',
      });
    }
    return current.accessToken;
  }

  /** Stores an access token, encrypted. Credentials that are not given stay, except the old expiry time. */
  async setAccessToken(accessToken: string, rest: Pick<Credentials, 'refreshToken' | 'expiresAt'> = {}): Promise<void> {
    const { expiresAt: _oldExpiry, ...current } = await this.context.credentials.get();
    await this.context.credentials.set({ ...current, accessToken, ...rest });
  }

  /**
   * Renews the credential now and returns the new one. Only one process renews at a time, so a rotating refresh token is never spent twice.
   * Throws `IntegrationAuthError` if it cannot be renewed.
   */
  async refreshToken(): Promise<Credentials> {
    return this.#renew(await this.context.credentials.get());
  }

  /**
   * Requests a new credential and returns it; only `refreshToken` and expiry call this, and they store the result. Override it for tokens
   * that expire; `renewWithRefreshToken` does the usual OAuth grant. The default throws `IntegrationAuthError`.
   */
  protected async renewCredentials(_current: Credentials): Promise<Credentials> {
    throw new IntegrationAuthError('This access token has expired and cannot be renewed.', {
      code: 'integration.token_ended',
      hint: 'Give a new one with PATCH {"access_token": "…"}.',
    });
  }

  /**
   * Calls `this.context.fetch` with the access token in the `Authorization` header and returns the response of any status. After a 401 it
   * renews the token and calls once more, which is safe because a refused request was not carried out.
   */
  async authorizedFetch(url: string, init: RequestInit = {}, options?: CallOptions): Promise<Response> {
    const call = (token: string): Promise<Response> => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${token}`);
      return this.context.fetch(url, { ...init, headers }, options);
    };
    const token = await this.getAccessToken();
    const response = await call(token);
    if (response.status !== 401) return response;
    const { accessToken } = await this.#renew({ accessToken: token });
    return accessToken === undefined ? response : call(accessToken);
  }

  /** Records a successful call to the provider, which sets the integration's `error_count` to 0. */
  async recordSuccess(): Promise<void> {
    await this.context.health.recordSuccess();
  }

  /**
   * Records a failed call. Five counted failures in a row disable the integration; docs/adding-an-integration.md lists the classes that
   * count. A value that is not an `IntegrationError` gets the class `bug`.
   */
  async recordError(error: unknown): Promise<void> {
    await this.context.health.recordError(toIntegrationError(error));
  }

  /** Returns the health of this integration as the server knows it now. */
  async checkHealth(): Promise<HealthSnapshot> {
    return this.context.health.read();
  }

  /**
   * Stores the rate limit that the provider reported. The context's fetch reads the usual headers itself, so this is for other formats.
   */
  async updateRateLimit(limit: RateLimit): Promise<void> {
    await this.context.health.updateRateLimit(limit);
  }

  /** Returns true if one of the currently valid secrets made this signature over exactly these bytes. */
  async verifyWebhookSignature(rawBody: Uint8Array | string, signature: string | undefined): Promise<boolean> {
    const scheme = (this.constructor as typeof BaseIntegration).webhookSignature;
    const secrets = await this.context.webhookSecrets();
    return secrets.some((secret) => verifySignature(scheme, rawBody, signature, secret));
  }

  /**
   * Fetches changes from the provider and returns a summary of any shape. The default does nothing, for integrations that only receive
   * webhooks.
   */
  async syncData(): Promise<unknown> {
    return {};
  }

  #renew(seen: Credentials): Promise<Credentials> {
    // If another process renewed the token while this one waited, take its token instead of renewing again.
    return this.context.credentials.refresh(async (current) =>
      current.accessToken === seen.accessToken ? this.renewCredentials(current) : current,
    );
  }

  #expiresSoon(credentials: Credentials): boolean {
    if (credentials.expiresAt === undefined) return false;
    return Date.parse(credentials.expiresAt) - this.context.clock.now().getTime() < RENEW_BEFORE_MS;
  }
}

/** Converts any thrown value to an `IntegrationError`. A value that is not one already gets the class `bug`. */
export function toIntegrationError(error: unknown): IntegrationError {
  if (error instanceof IntegrationError) return error;
  if (error instanceof Error) return new IntegrationError(error.message, { cause: error });
  return new IntegrationError(String(error));
}
