import type { Credentials } from '@commandcenter/integration-kit';
import { secretForms } from './secret-forms.ts';

/** Shorter values occur in ordinary text. No provider gives out such credentials. */
const SHORTEST_SECRET = 8;
const REDACTED = '[redacted]';
/** Those used last are kept: an integration that handles webhooks stays open, and an App has a new token for each hour. */
const MOST_VALUES = 100;
/** Logs show less of what an error or a record holds. */
const DEEPEST = 8;

/** The names of headers that carry credentials. */
const credentialHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key']);

/** Own fields of errors that are not enumerable. */
const errorFields = ['message', 'cause', 'errors'];

/**
 * The secrets that one operation of an integration uses. Whatever the provider repeats of them is removed from its failed responses
 * and from everything that is recorded, in each form in which it can be repeated.
 */
export class SecretValues {
  readonly #values = new Set<string>();
  #forms: { needles: readonly string[]; pattern: RegExp } | null = null;

  add(...values: readonly (string | undefined)[]): void {
    for (const value of values) {
      if (value === undefined || value.length < SHORTEST_SECRET) continue;
      const isKnown = this.#values.delete(value);
      this.#values.add(value);
      if (isKnown) continue;
      this.#forms = null;
      const [oldest] = this.#values;
      if (this.#values.size > MOST_VALUES && oldest !== undefined) this.#values.delete(oldest);
    }
  }

  addCredentials({ accessToken, refreshToken, clientSecret, privateKey }: Credentials): void {
    this.add(accessToken, refreshToken, clientSecret, privateKey);
  }

  /** The credentials in the headers of a request, also those that were made for it alone, such as the JWT of an App. */
  addHeaders(headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) {
      if (!credentialHeaders.has(name.toLowerCase())) continue;
      const [, scheme = '', rest] = /^(\S+) +(.+)$/.exec(value) ?? [];
      this.add(value, rest);
      if (scheme.toLowerCase() !== 'basic' || rest === undefined) continue;
      const [, password] = /:(.*)$/s.exec(Buffer.from(rest, 'base64').toString()) ?? [];
      this.add(password);
    }
  }

  has(text: string): boolean {
    const { needles } = this.#compiled();
    if (needles.length === 0) return false;
    const lower = text.toLowerCase();
    return needles.some((needle) => lower.includes(needle));
  }

  redact(text: string): string {
    return this.has(text) ? text.replace(this.#compiled().pattern, REDACTED) : text;
  }

  /** Removes the secrets from an error, its causes and what they hold. It stays the same error; objects that it holds become copies. */
  redactError<Thrown>(error: Thrown): Thrown {
    if (error instanceof Error) this.#redactFields(error, new Map(), 0);
    return error;
  }

  /** A copy of what is to be logged, without the secrets. Errors in it are changed in place. */
  redactRecord(record: object): object {
    return this.#copyOf({ ...record }, new Map(), 0) as object;
  }

  #redactFields(error: Error, done: Map<object, unknown>, depth: number): void {
    done.set(error, error);
    // An accessor, which also holds the message.
    if (error.stack !== undefined && this.has(error.stack)) error.stack = this.redact(error.stack);
    for (const name of new Set([...errorFields, ...Object.keys(error)])) {
      const field = Object.getOwnPropertyDescriptor(error, name);
      if (field === undefined || !('value' in field) || field.configurable !== true) continue;
      const value: unknown = this.#copyOf(field.value, done, depth + 1);
      if (value !== field.value) Object.defineProperty(error, name, { ...field, value });
    }
  }

  #copyOf(value: unknown, done: Map<object, unknown>, depth: number): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (typeof value !== 'object' || value === null) return value;
    if (done.has(value)) return done.get(value);
    if (depth > DEEPEST) return undefined;
    if (value instanceof Error) {
      this.#redactFields(value, done, depth);
      return value;
    }
    if (Array.isArray(value)) {
      const copy: unknown[] = [];
      done.set(value, copy);
      for (const item of value) copy.push(this.#copyOf(item, done, depth + 1));
      return copy;
    }
    // Instances of classes may be alive, and cannot be copied. What a log would show of them decides.
    if (!isPlain(value)) return this.has(shownOf(value)) ? REDACTED : value;
    const copy: Record<string, unknown> = {};
    done.set(value, copy);
    for (const [name, item] of Object.entries(value)) copy[this.redact(name)] = this.#copyOf(item, done, depth + 1);
    return copy;
  }

  #compiled(): { needles: readonly string[]; pattern: RegExp } {
    if (this.#forms === null) {
      const needles = secretForms([...this.#values]);
      this.#forms = { needles, pattern: new RegExp(needles.map(RegExp.escape).join('|'), 'gi') };
    }
    return this.#forms;
  }
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

function shownOf(value: object): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // A circular object is not shown either.
    return '';
  }
}
