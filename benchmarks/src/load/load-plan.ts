/** Instructions for a load generator. */
export interface LoadPlan {
  port: number;
  path: string;
  connections: number;
  /** Time limit. The load ends when this or `requests` is reached. */
  milliseconds: number;
  requests: number;
  /** Requests per second at even intervals. Default: each connection sends as soon as it has a response. */
  rate?: number;
  secret: string;
  /** Size of the payload; the recorded payload with the nearest size is sent. */
  payloadBytes: number;
  /**
   * Number of issues that the requests edit in turn, with an advancing `updated_at`. Default: the same body is sent with new delivery ids.
   */
  issues?: number;
  /** Send signatures that are well-formed but wrong. */
  wrongSignature?: boolean;
  /** Number of different paths and secrets: `{n}` in both is replaced by the number of the request modulo this, plus `firstTarget`. */
  targets?: number;
  firstTarget?: number;
}

export interface LoadResult {
  requests: number;
  seconds: number;
  perSecond: number;
  /** Latency in milliseconds. */
  p50: number;
  p99: number;
  slowest: number;
  statuses: Record<string, number>;
}
