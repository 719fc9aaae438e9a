import type { Change } from './change.ts';
import type { IntegrationError } from './errors.ts';

/** The stored record of an integration, without any secret. */
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
  /** RFC 3339: when the credential expires, as far as the other side has said; null where it has not. */
  credentialExpiresAt: string | null;
}

export interface Credentials {
  accessToken?: string;
  refreshToken?: string;
  /** RFC 3339: when `accessToken` ends. */
  expiresAt?: string;
  clientSecret?: string;
  privateKey?: string;
}

/** Options of one outgoing call, besides fetch's own. */
export interface CallOptions {
  /** Milliseconds to the end of the answer's body; at most 30,000. */
  timeoutMs?: number;
  /** Repeating it does no harm: tried again on 5xx, resets and time-outs. Default: GET, HEAD, PUT, DELETE, PATCH yes, POST no. */
  idempotent?: boolean;
  /**
   * False: a failure or a named wait is thrown at once, so that the caller reads the present state before it sends the call again. For
   * writes whose content may be out of date after a wait. Default: true.
   */
  repeat?: boolean;
  /** What the call does to the write budget. Default: GET and HEAD read, everything else write. GraphQL queries are reads. */
  kind?: 'read' | 'write' | 'create';
}

/** An integration's health as `checkHealth` answers it. */
export interface HealthSnapshot {
  status: IntegrationRecord['status'];
  enabled: boolean;
  isHealthy: boolean;
  /** Consecutive. */
  errorCount: number;
  lastError: string | null;
}

export interface RateLimit {
  limit: number;
  remaining: number;
  /** RFC 3339. */
  resetAt: string;
  resource: string;
}

/** What the server hands an integration. The only way to the outside world: no integration opens a socket of its own. */
export interface IntegrationContext {
  /** The record as it was when the operation began. */
  readonly record: IntegrationRecord;
  /** The record as it is in the database now. */
  readRecord(): Promise<IntegrationRecord>;
  /**
   * fetch with the egress guard, time-out, retries (exponential, jittered, at least three, honouring Retry-After), the credential's
   * rate gate, serial writes, the circuit, and redaction. Answers of any status are returned; what never got an answer throws an
   * IntegrationError of class timeout, connection or outage, `uncertain` when a write may have happened. A named wait longer than
   * the call may last throws IntegrationRateLimitError. Redirects are followed, and the response's `url` is where they ended; another
   * origin gets no header but `accept`, `accept-language` and `user-agent`. What a response repeats of the integration's credentials is
   * replaced by `[redacted]` in its status text, its headers and, from status 400, its body.
   */
  fetch(url: string, init?: RequestInit, options?: CallOptions): Promise<Response>;
  credentials: {
    get(): Promise<Credentials>;
    set(credentials: Credentials): Promise<void>;
    /** Runs `refresh` in one process at a time (row lease with a fencing number) and stores what it returns by compare-and-swap. */
    refresh(refresh: (current: Credentials) => Promise<Credentials>): Promise<Credentials>;
  };
  /** Decrypted secrets that verify this integration's webhooks now, newest first. */
  webhookSecrets(): Promise<string[]>;
  health: {
    recordSuccess(): Promise<void>;
    recordError(error: IntegrationError): Promise<void>;
    updateRateLimit(limit: RateLimit): Promise<void>;
    /** The other side named a wait (secondary limit, Retry-After): the gate of this credential closes until then. */
    block(until: Date, reason: string): Promise<void>;
    /**
     * The other side said when the credential in use expires; null: it does not expire. People are warned two weeks before, so report
     * only a credential that people have to replace. Cheap to repeat: it is stored together with the counters, at most once a second.
     */
    updateCredentialExpiry(expiresAt: Date | null): void;
    read(): Promise<HealthSnapshot>;
  };
  /** Namespaced key-value records: at most 10,000 keys, 64 KiB of JSON each. */
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
  /** `commandcenter/<version>`, for User-Agent. */
  userAgent: string;
  emit(change: Change): void;
}
