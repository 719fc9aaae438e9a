export type ViolationKind =
  | 'concurrent_write'
  | 'request_during_wait'
  | 'missing_header'
  | 'token_in_url'
  | 'unknown_route'
  | 'undocumented_query'
  | 'invalid_query'
  | 'undocumented_field'
  | 'invalid_body'
  | 'invalid_graphql'
  | 'unsupported_graphql';

/** A request that no well-behaved client of GitHub sends. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly method: string;
  readonly path: string;
  readonly detail: string;
  /** Time of the request in milliseconds since 1970. */
  readonly at: number;
}

const limit = 1000;

/** Records the first 1,000 violations, because the first ones explain the rest. */
export class Violations {
  readonly list: Violation[] = [];

  add(violation: Violation): void {
    if (this.list.length < limit) this.list.push(violation);
  }

  reset(): void {
    this.list.length = 0;
  }
}
