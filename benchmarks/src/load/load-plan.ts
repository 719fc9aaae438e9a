/** Instructions for a process that generates load. */
export interface LoadPlan {
  port: number;
  path: string;
  connections: number;
  /** Time limit in milliseconds. The load ends when this limit or the number of `requests` is reached. */
  milliseconds: number;
  requests: number;
  /** Requests per second at even intervals. Default: each connection sends as soon as it has a response. */
  rate?: number;
  secret: string;
  /** Wanted size of the payload in bytes; the recorded payload with the nearest size is sent. */
  payloadBytes: number;
  /**
   * Number of issues that the requests edit in turn, with an advancing `updated_at`. Default: the same body is sent with new delivery ids.
   */
  issues?: number;
  /** True to send signatures that are well-formed but wrong. */
  wrongSignature?: boolean;
  /**
   * Number of different paths and secrets. `{n}` in both is replaced by the number of the request modulo this number, plus `firstTarget`.
   */
  targets?: number;
  firstTarget?: number;
}

export interface LoadResult {
  requests: number;
  seconds: number;
  perSecond: number;
  /** Median of the latency in milliseconds; `p99` is its 99th percentile. */
  p50: number;
  p99: number;
  slowest: number;
  statuses: Record<string, number>;
}
