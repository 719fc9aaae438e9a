/** What a load generator is told to send. */
export interface LoadPlan {
  port: number;
  path: string;
  connections: number;
  /** Ends after this long or this many, whichever comes first. */
  milliseconds: number;
  requests: number;
  /** Requests a second, evenly; without it as fast as answers come. */
  rate?: number;
  secret: string;
  /** Of the recorded payloads, the one nearest to this size. */
  payloadBytes: number;
  /** Requests go round these issues with an `updated_at` that advances; without it one body is sent again and again with fresh delivery ids. */
  issues?: number;
  /** The signature is of the right form and wrong. */
  wrongSignature?: boolean;
  /** Path and secret of request n, where they differ: `{n}` in both is replaced by n modulo this, plus `firstTarget`. */
  targets?: number;
  firstTarget?: number;
}

export interface LoadResult {
  requests: number;
  seconds: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  slowest: number;
  statuses: Record<string, number>;
}
