import type { JsonObject } from '../json.ts';

export type FaultKind =
  /** Answers `status` with `headers` and `body`; the request is not carried out. */
  | 'status'
  /** The connection is reset before anything is carried out. */
  | 'reset_before'
  /** The request is carried out, then the connection is reset. */
  | 'reset'
  /** Nothing is carried out and nothing is ever answered. */
  | 'hang'
  /** The request is carried out, then nothing is ever answered. */
  | 'timeout_after_write'
  /** The request is carried out, and half of the answer's body arrives before the connection is reset. */
  | 'truncate'
  /** The request is carried out and answered, only later: use with `delayMs` or `until`. */
  | 'delay';

export interface FaultRule {
  kind: FaultKind;
  method?: string;
  /** Against the path without query and without `/api/v3`. */
  path?: RegExp;
  /** Only requests of this token. */
  token?: string;
  /** How many requests it hits; default 1, `Infinity` for all until cleared. */
  times?: number;
  /** How many matching requests pass unharmed before. */
  skip?: number;
  /** `status` only; default 500. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** A string goes out as it is, anything else as JSON; default GitHub's `{ message }`. */
  body?: string | JsonObject;
  /** Milliseconds before it strikes. */
  delayMs?: number;
  /** It strikes when this is settled: for tests that hold a request back until something else has happened. */
  until?: Promise<unknown>;
}

/** A fault that was set: how often it struck, and a way to end it. */
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

/** The faults in force, the earliest set first. */
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

  /** The fault that strikes this request, if any; counts it as a hit. */
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
