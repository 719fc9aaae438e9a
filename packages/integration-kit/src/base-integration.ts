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
import type { WebhookSignature } from './manifest.ts';
import { hubSignature256, verifySignature } from './webhook-signature.ts';

/** A token is renewed this long before it ends, so that it does not end on its way. */
const RENEW_BEFORE_MS = 60_000;

/**
 * What every integration is built on: credentials kept encrypted and renewed, health counted, rate limits kept. One instance lives for
 * one operation; state that must outlive it goes to `this.context.store`.
 */
export class BaseIntegration {
  /** How senders sign their webhooks. Data, so that no integration writes verification code. */
  static readonly webhookSignature: WebhookSignature = hubSignature256;

  /** The stored record, without secrets. */
  integration: IntegrationRecord;
  protected readonly context: IntegrationContext;

  constructor(context: IntegrationContext) {
    this.context = context;
    this.integration = context.record;
  }

  /** Called by the host before anything else, and by whoever wants the record as it is now. */
  async load(): Promise<IntegrationRecord> {
    this.integration = await this.context.readRecord();
    return this.integration;
  }

  /**
   * Does the credential work? True, or a report that also says who it is; anything else throws. An integration that only receives
   * webhooks has nothing to test.
   */
  async testConnection(): Promise<boolean | ConnectionReport> {
    return true;
  }

  /** For people: the record's name unless the integration knows a better one. */
  async getDisplayName(): Promise<string> {
    return this.integration.name;
  }

  /** The token, renewed first when it ends within a minute. Throws IntegrationAuthError when there is none. */
  async getAccessToken(): Promise<string> {
    const credentials = await this.context.credentials.get();
    const current = this.#endsSoon(credentials) ? await this.#renew(credentials) : credentials;
    if (current.accessToken === undefined) {
      throw new IntegrationAuthError('This integration has no access token.', {
        code: 'integration.no_access_token',
        hint: 'Give one with PATCH {"access_token": "…"}.',
      });
    }
    return current.accessToken;
  }

  /** Stores a token, encrypted. What is not given of the rest stays. */
  async setAccessToken(accessToken: string, rest: Pick<Credentials, 'refreshToken' | 'expiresAt'> = {}): Promise<void> {
    const { expiresAt: _ended, ...current } = await this.context.credentials.get();
    await this.context.credentials.set({ ...current, accessToken, ...rest });
  }

  /** Renews the credential: in one process at a time, and never the same rotating refresh token twice. */
  async refreshToken(): Promise<Credentials> {
    return this.#renew(await this.context.credentials.get());
  }

  /** How a new token is fetched; `requestOAuthToken` does the usual grant. Called by `refreshToken` alone, which stores the answer. */
  protected async renewCredentials(_current: Credentials): Promise<Credentials> {
    throw new IntegrationAuthError('This access token has ended and cannot be renewed.', {
      code: 'integration.token_ended',
      hint: 'Give a new one with PATCH {"access_token": "…"}.',
    });
  }

  /** The context's fetch with the token as Bearer. A refused token (401) is renewed once, then the call is made again: it was not carried out. */
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

  /** Counts a success: sets `error_count` to 0. */
  async recordSuccess(): Promise<void> {
    await this.context.health.recordSuccess();
  }

  /** Counts a failure; five in a row disable the integration (rate limits never count). */
  async recordError(error: unknown): Promise<void> {
    await this.context.health.recordError(toIntegrationError(error));
  }

  /** What the server knows about this integration's health now. */
  async checkHealth(): Promise<HealthSnapshot> {
    return this.context.health.read();
  }

  /** Stores what the other side said about its limit. The usual headers are read by the context's fetch already. */
  async updateRateLimit(limit: RateLimit): Promise<void> {
    await this.context.health.updateRateLimit(limit);
  }

  /** Whether one of the secrets that are valid now made this signature over exactly these bytes. */
  async verifyWebhookSignature(rawBody: Uint8Array | string, signature: string | undefined): Promise<boolean> {
    const scheme = (this.constructor as typeof BaseIntegration).webhookSignature;
    const secrets = await this.context.webhookSecrets();
    return secrets.some((secret) => verifySignature(scheme, rawBody, signature, secret));
  }

  /** Fetches what changed there; an integration that only receives webhooks has nothing to fetch. */
  async syncData(): Promise<unknown> {
    return {};
  }

  #renew(seen: Credentials): Promise<Credentials> {
    // Whoever waited for another's refresh takes what that one got.
    return this.context.credentials.refresh(async (current) =>
      current.accessToken === seen.accessToken ? this.renewCredentials(current) : current,
    );
  }

  #endsSoon(credentials: Credentials): boolean {
    if (credentials.expiresAt === undefined) return false;
    return Date.parse(credentials.expiresAt) - this.context.clock.now().getTime() < RENEW_BEFORE_MS;
  }
}

/** Any thrown value or text as an IntegrationError; what is none is a bug of the integration until it says otherwise. */
export function toIntegrationError(error: unknown): IntegrationError {
  if (error instanceof IntegrationError) return error;
  if (error instanceof Error) return new IntegrationError(error.message, { cause: error });
  return new IntegrationError(String(error));
}
