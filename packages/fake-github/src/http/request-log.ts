/** A request with the status of its response. */
export interface LoggedRequest {
  readonly method: string;
  /** Path of the request without query and without the prefix `/api/v3`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Status of the response; 0 before it, and always 0 if the connection was reset or left hanging. */
  status: number;
  /** Time of the request in milliseconds since 1970. */
  readonly at: number;
  /** The last four characters of the credential; empty if there is none. */
  readonly tokenTail: string;
  /** Body of the request: the parsed JSON, or the text if it is not JSON; `null` without a body. */
  readonly body: unknown;
}

/** The newest requests to the fake GitHub. The total also counts requests that were dropped from the list. */
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

  /** Returns the logged requests, oldest first. */
  all(): readonly LoggedRequest[] {
    return this.#entries.slice(-this.#limit);
  }

  /** Number of requests since the start or the last reset. */
  get total(): number {
    return this.#total;
  }

  /** Returns how many logged requests match, or the total if there is no condition. */
  count(matches?: (entry: LoggedRequest) => boolean): number {
    return matches === undefined ? this.#total : this.all().filter(matches).length;
  }

  reset(): void {
    this.#entries = [];
    this.#total = 0;
  }
}
