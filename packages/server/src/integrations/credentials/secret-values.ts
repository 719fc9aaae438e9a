import type { Credentials } from '@commandcenter/integration-kit';
import { secretForms } from './secret-forms.ts';

/** Fewest characters of a secret that is removed. Shorter values occur in ordinary text, and no provider gives out such credentials. */
const SHORTEST_SECRET = 8;
const REDACTED = '[redacted]';
/**
 * Most secrets to remember; those used last are kept. There can be many, because an integration that handles webhooks stays open and an
 * App has a new token every hour.
 */
const MOST_VALUES = 100;
/** Levels of nested objects that are kept of an error or a record. Logs show fewer. */
const DEEPEST = 8;

/** The names of headers that carry credentials. */
const credentialHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key']);

/** Fields of an error that are not enumerable, so that `Object.keys` does not list them. */
const errorFields = ['message', 'cause', 'errors'];

/**
 * The secrets that one operation of an integration uses. They are removed from failed responses of the provider and from everything that
 * is recorded, in each form in which the provider can repeat them.
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

  /** Adds the credentials in the headers of a request, including those that were made for it alone, such as the JWT of an App. */
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

  /**
   * Removes the secrets from an error, its causes and the objects in its fields, and returns the same error. The objects in its fields
   * are replaced by copies.
   */
  redactError<Thrown>(error: Thrown): Thrown {
    if (error instanceof Error) this.#redactFields(error, new Map(), 0);
    return error;
  }

  /** Returns a copy of a log record without the secrets. Errors in it are changed in place. */
  redactRecord(record: object): object {
    return this.#copyOf({ ...record }, new Map(), 0) as object;
  }

  #redactFields(error: Error, done: Map<object, unknown>, depth: number): void {
    done.set(error, error);
    // `stack` is an accessor, which the loop below would skip, and its text also contains the message.
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
    // Instances of classes may be in use and cannot be copied. One is replaced as a whole if its JSON, which a log would show, contains a
    // secret.
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
    // A log does not show a circular object either, so it counts as empty.
    return '';
  }
}
