/** One request as it came in, with the status it was answered with. */
export interface LoggedRequest {
  readonly method: string;
  /** Without query and without the `/api/v3` of the Enterprise layout. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** 0 until it is answered, and for good when the connection was reset or left hanging. */
  status: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The last four characters of the credential; empty without one. */
  readonly tokenTail: string;
  /** Parsed JSON, or the text when it is not JSON; `null` without a body. */
  readonly body: unknown;
}

/** The newest requests; the count goes on when old ones fall out. */
export class RequestLog {
  readonly #limit: number;
  #entries: LoggedRequest[] = [];
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(entry: LoggedRequest): void {
    this.#total += 1;
    this.#entries.push(entry);
    if (this.#entries.length >= this.#limit * 2) this.#entries = this.#entries.slice(-this.#limit);
  }

  /** Oldest first, at most the limit. */
  all(): readonly LoggedRequest[] {
    return this.#entries.slice(-this.#limit);
  }

  /** All requests since the start or the last reset. */
  get total(): number {
    return this.#total;
  }

  /** How many of the requests in the log match; without a condition the total. */
  count(matches?: (entry: LoggedRequest) => boolean): number {
    return matches === undefined ? this.#total : this.all().filter(matches).length;
  }

  reset(): void {
    this.#entries = [];
    this.#total = 0;
  }
}
