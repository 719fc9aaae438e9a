import type { JsonObject } from '../json.ts';

export type FaultKind =
  /** Fault that responds with `status`, `headers` and `body` without executing the request. */
  | 'status'
  /** Fault that resets the connection without executing the request. */
  | 'reset_before'
  /** Fault that executes the request and then resets the connection without a response. */
  | 'reset'
  /** Fault that neither executes the request nor responds. */
  | 'hang'
  /** Fault that executes the request but never responds. */
  | 'timeout_after_write'
  /** Fault that executes the request, sends half of the response body and then resets the connection. */
  | 'truncate'
  /** Fault that executes the request and responds later, as `delayMs` or `until` says. */
  | 'delay';

export interface FaultRule {
  kind: FaultKind;
  method?: string;
  /** Pattern for the path of the request, without query and without the prefix `/api/v3`. */
  path?: RegExp;
  /** Limits the fault to requests with this token. */
  token?: string;
  /** Number of requests that fail; default 1, `Infinity` for all until the fault is cleared. */
  times?: number;
  /** Number of matching requests that succeed first; default 0. */
  skip?: number;
  /** Status of the response for the kind `status`; default 500. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** Body of the response for the kind `status`. A string is sent unchanged, an object as JSON. Default: GitHub's `{ message }`. */
  body?: string | JsonObject;
  /** Milliseconds to wait before the fault takes effect. */
  delayMs?: number;
  /** Delays the fault until this promise settles, for tests that hold a request back until something else has happened. */
  until?: Promise<unknown>;
}

/** An injected fault with its number of hits. */
export interface Fault {
  readonly rule: FaultRule;
  readonly hits: number;
  clear(): void;
}

interface ActiveFault {
  rule: FaultRule;
  hits: number;
  skipped: number;
}

/** The active faults in the order in which they were added. */
export class Faults {
  #active: ActiveFault[] = [];

  add(rule: FaultRule): Fault {
    const active: ActiveFault = { rule, hits: 0, skipped: 0 };
    this.#active.push(active);
    return {
      rule,
      get hits() {
        return active.hits;
      },
      clear: () => {
        this.#active = this.#active.filter((other) => other !== active);
      },
    };
  }

  clear(): void {
    this.#active = [];
  }

  /** Returns the fault for a request and counts the hit, or returns null. */
  take(method: string, path: string, token: string): FaultRule | null {
    for (const active of this.#active) {
      const { rule } = active;
      if (rule.method !== undefined && rule.method.toUpperCase() !== method) continue;
      if (rule.path !== undefined && !rule.path.test(path)) continue;
      if (rule.token !== undefined && rule.token !== token) continue;
      if (active.skipped < (rule.skip ?? 0)) {
        active.skipped += 1;
        continue;
      }
      active.hits += 1;
      if (active.hits >= (rule.times ?? 1)) this.#active = this.#active.filter((other) => other !== active);
      return rule;
    }
    return null;
  }
}
