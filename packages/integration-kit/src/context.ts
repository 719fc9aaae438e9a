import type { Change } from './change.ts';
import type { IntegrationError } from './errors.ts';

/** The stored record of an integration. It never contains a secret. */
export interface IntegrationRecord {
  id: number;
  projectId: number;
  name: string;
  integrationType: string;
  authType: string;
  enabled: boolean;
  status: 'active' | 'pending' | 'degraded' | 'error' | 'inactive';
  config: Record<string, unknown>;
  errorCount: number;
  successCount: number;
  lastError: string | null;
  account: { id: string; login: string; type: 'user' | 'bot' | 'organization' } | null;
  /** RFC 3339 time at which the credential expires; null if the provider has not reported one. */
  credentialExpiresAt: string | null;
}

export interface Credentials {
  accessToken?: string;
  refreshToken?: string;
  /** RFC 3339 time at which `accessToken` expires. */
  expiresAt?: string;
  clientSecret?: string;
  privateKey?: string;
}

/** Options of one outgoing call, in addition to those of fetch. */
export interface CallOptions {
  /** Time limit in milliseconds for the whole response including its body; at most 30,000. */
  timeoutMs?: number;
  /**
   * True if repeating the call does no harm: it is then retried after 5xx, connection resets and time-outs. Default: true for GET, HEAD,
   * PUT, DELETE and PATCH, false for POST.
   */
  idempotent?: boolean;
  /**
   * If false, a failure or a requested wait is thrown at once instead of retried. Use it for writes whose content may be out of date after
   * a wait, so that the caller reads the present state first. Default: true.
   */
  repeat?: boolean;
  /**
   * Kind of the call. Writes and creates are sent one at a time, at a limited pace. Default: `read` for GET and HEAD, `write` for
   * everything else. Pass `read` for GraphQL queries.
   */
  kind?: 'read' | 'write' | 'create';
}

/** Health of an integration, as `checkHealth` returns it. */
export interface HealthSnapshot {
  status: IntegrationRecord['status'];
  enabled: boolean;
  isHealthy: boolean;
  /** Number of consecutive failures of the integration. */
  errorCount: number;
  lastError: string | null;
}

export interface RateLimit {
  limit: number;
  remaining: number;
  /** RFC 3339 time at which the rate limit is reset, so that `remaining` is `limit` again. */
  resetAt: string;
  resource: string;
}

/**
 * Everything that the server provides to an integration. It is the only way to the outside world: no integration opens a socket of its own.
 */
export interface IntegrationContext {
  /** The stored record of the integration as it was when the operation began. */
  readonly record: IntegrationRecord;
  /** Reads the integration's record from the database again. */
  readRecord(): Promise<IntegrationRecord>;
  /**
   * Sends a request like the platform's `fetch` and returns the response of any status.
   *
   * The server adds: the check of the address against private networks, a time limit, retries (exponential with jitter, at least three,
   * honoring Retry-After), the wait that the provider requested for this credential, one write at a time, and the circuit breaker.
   * Redirects are followed, and the response's `url` is the final address; a redirect to another origin gets no header except `accept`,
   * `accept-language` and `user-agent`. If a response repeats one of the integration's credentials, it is replaced by `[redacted]` in the
   * status text, the headers and, from status 400, the body.
   *
   * Throws an `IntegrationError` of class timeout, connection or outage if no response arrived, with `uncertain: true` if a write may have
   * happened. Throws `IntegrationRateLimitError` if the provider requests a wait that is longer than the call's time limit.
   */
  fetch(url: string, init?: RequestInit, options?: CallOptions): Promise<Response>;
  credentials: {
    get(): Promise<Credentials>;
    set(credentials: Credentials): Promise<void>;
    /**
     * Renews the credentials: runs `refresh` in one process at a time (a row lease with a fencing number) and stores its result by
     * compare-and-swap.
     */
    refresh(refresh: (current: Credentials) => Promise<Credentials>): Promise<Credentials>;
  };
  /** Returns the decrypted secrets that are valid for this integration's webhooks now, newest first. */
  webhookSecrets(): Promise<string[]>;
  health: {
    recordSuccess(): Promise<void>;
    recordError(error: IntegrationError): Promise<void>;
    updateRateLimit(limit: RateLimit): Promise<void>;
    /**
     * Stops all requests of this credential until the given time, because the provider requested a wait (secondary rate limit,
     * Retry-After). `reason` is shown to people.
     */
    block(until: Date, reason: string): Promise<void>;
    /**
     * Stores when the credential in use expires, as the provider reported it; null means that it does not expire. The server warns people
     * two weeks before, so report only a credential that people have to replace. Calling it often is cheap: it is stored together with the
     * counters, at most once a second.
     */
    updateCredentialExpiry(expiresAt: Date | null): void;
    read(): Promise<HealthSnapshot>;
  };
  /** Key-value records of this integration alone: at most 10,000 keys with 64 KiB of JSON each. */
  store: {
    get(key: string): Promise<unknown>;
    set(key: string, value: unknown): Promise<void>;
    delete(key: string): Promise<void>;
  };
  log: {
    debug(data: object, message: string): void;
    info(data: object, message: string): void;
    warn(data: object, message: string): void;
    error(data: object, message: string): void;
  };
  clock: { now(): Date };
  /** Value for the `User-Agent` header: `commandcenter/<version>`. */
  userAgent: string;
  emit(change: Change): void;
}
