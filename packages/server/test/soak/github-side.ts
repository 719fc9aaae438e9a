import { type Delivery, type FakeGitHub, startFakeGitHub, type Violation } from '@commandcenter/fake-github';
import { Response as UndiciResponse } from 'undici';
import { isWrite, type ParkedRequest } from './scheduler.ts';

/** The way in which a request ends. */
export type How =
  | { kind: 'ok' }
  /** GitHub refuses the request with this status, optionally with `retry-after` in seconds, before it does anything. */
  | { kind: 'status'; status: number; retryAfter?: number }
  /** The connection is refused, so the request is never sent. */
  | { kind: 'refused' }
  /** The connection breaks before the request is carried out. */
  | { kind: 'reset_before' }
  /** The request is carried out, but its response is lost. */
  | { kind: 'reset_after' };

export interface WriteRecord {
  method: string;
  path: string;
  /** Id of the issue that the request names; null if it creates one. */
  issueId: number | null;
  operation: string;
}

/** The fake GitHub of one schedule. It collects its webhooks and carries requests out on command. */
export class GitHubSide {
  readonly fake: FakeGitHub;
  /** Webhooks that GitHub has sent and that have neither arrived nor been lost. */
  pending: Delivery[] = [];
  /** The failure of every request during an outage; null if there is no outage. */
  outage: How | null = null;
  /** Values that the code under test has received, as `id/field/value`, and names as `repository/owner/name`. */
  readonly shown = new Set<string>();
  /** For each entry of `shown`, the ids of the integrations whose webhooks have shown it, or `all` if a response has shown it. */
  readonly shownTo = new Map<string, Set<number | 'all'>>();
  readonly writes: WriteRecord[] = [];
  /** Called for each write request; it has to call `carryOut`. */
  onWrite: (request: ParkedRequest, carryOut: () => Promise<UndiciResponse>) => Promise<UndiciResponse> = (
    _,
    carryOut,
  ) => carryOut();
  readonly #clock: { now(): Date };
  readonly #forgiven = new Set<Violation>();
  /** Requests that were sent although the schedule had responded with a wait. */
  readonly #early: { kind: string; method: string; path: string; detail: string }[] = [];
  /**
   * The wait that GitHub has requested last: the virtual time of its end, and the number of the newest request when it was announced.
   * Older requests could not know of the wait.
   */
  #wait = { until: 0, named: 0 };
  /** Returns the sequence of the newest request that was sent. */
  newest: () => number = () => 0;

  private constructor(fake: FakeGitHub, clock: { now(): Date }) {
    this.fake = fake;
    this.#clock = clock;
    fake.webhooks.intercept = (delivery) => void this.pending.push(delivery);
  }

  static async start(clock: { now(): Date }): Promise<GitHubSide> {
    return new GitHubSide(await startFakeGitHub({ clock, listen: false, deliveryLogLimit: 1 }), clock);
  }

  /** Ends a request that is being held back: as an outage requires if there is one, otherwise in the way `decided`. */
  async settle(request: ParkedRequest, decided: How): Promise<void> {
    const how = this.outage ?? decided;
    this.#checkWait(request);
    switch (how.kind) {
      case 'refused':
        return request.reject(failure('ECONNREFUSED'));
      case 'reset_before':
        return request.reject(failure('ECONNRESET'));
      case 'reset_after':
        await this.#carryOutUnseen(request);
        return request.reject(failure('ECONNRESET'));
      case 'status':
        return request.resolve(this.#refuse(how));
      case 'ok': {
        const response = await this.#carryOut(request);
        if (response.ok)
          this.#noteShown(
            'all',
            await response
              .clone()
              .json()
              .catch(() => null),
          );
        return request.resolve(response);
      }
    }
  }

  /** Requests that a well-behaved client of GitHub does not send. */
  get violations(): { kind: string; method: string; path: string; detail: string }[] {
    return [...this.fake.violations.filter((violation) => !this.#forgiven.has(violation)), ...this.#early];
  }

  close(): Promise<void> {
    return this.fake.close();
  }

  /** Notes that the code under test has received this webhook. */
  noteDelivered({ payload, hook }: Delivery): void {
    this.#noteShown(Number(hook.url.split('/').at(-1)), JSON.parse(payload));
  }

  async #carryOut(request: ParkedRequest): Promise<UndiciResponse> {
    const { method, url, headers, body } = request;
    const send = async (): Promise<UndiciResponse> => {
      const before = this.fake.violations.length;
      const response = await this.fake.request(new Request(url, { method, headers, body, redirect: 'manual' }));
      if (response.headers.has('retry-after') || response.headers.get('x-ratelimit-remaining') === '0')
        this.#wait = { until: 0, named: this.newest() };
      this.#forgiveEarlyRequest(request, before);
      const text = [204, 304].includes(response.status) ? null : await response.text();
      return new UndiciResponse(text, { status: response.status, headers: [...response.headers] });
    };
    if (!isWrite(request)) return send();
    return this.onWrite(request, send);
  }

  /** Carries out a request whose response is lost. If the response announced a wait, no client can know of it. */
  async #carryOutUnseen(request: ParkedRequest): Promise<void> {
    const known = this.#wait;
    await this.#carryOut(request);
    if (this.#wait !== known) this.#wait.named = Number.MAX_SAFE_INTEGER;
  }

  #refuse({ status, retryAfter }: { status: number; retryAfter?: number }): UndiciResponse {
    const headers = { 'content-type': 'application/json', date: this.#clock.now().toUTCString() };
    const body = JSON.stringify({ message: 'Refused by the schedule' });
    if (retryAfter === undefined) return new UndiciResponse(body, { status, headers });
    this.#wait = { until: this.#clock.now().getTime() + retryAfter * 1000, named: this.newest() };
    return new UndiciResponse(body, { status, headers: { ...headers, 'retry-after': String(retryAfter) } });
  }

  #checkWait({ sequence, method, url, at }: ParkedRequest): void {
    const left = this.#wait.until - at;
    if (sequence > this.#wait.named && left > 0) {
      const detail = `The wait it was given had ${left} ms left.`;
      this.#early.push({ kind: 'request_during_wait', method, path: url.pathname, detail });
    }
  }

  /** Removes the violations of a request that was sent before another request got the response with the wait. */
  #forgiveEarlyRequest(request: ParkedRequest, before: number): void {
    if (request.sequence > this.#wait.named) return;
    for (const violation of this.fake.violations.slice(before))
      if (violation.kind === 'request_during_wait') this.#forgiven.add(violation);
  }

  #noteShown(to: number | 'all', value: unknown): void {
    const note = (what: string): void => {
      this.shown.add(what);
      this.shownTo.set(what, new Set([...(this.shownTo.get(what) ?? []), to]));
    };
    if (Array.isArray(value)) {
      for (const member of value) this.#noteShown(to, member);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const { id, title, body, name, owner, repository_url: url } = value as Record<string, unknown>;
    if (typeof name === 'string' && typeof owner === 'object' && owner !== null && 'login' in owner)
      note(`repository/${owner.login}/${name}`);
    if (typeof url === 'string') note(`repository/${url.split('/').slice(-2).join('/')}`);
    if (typeof id === 'number' && typeof title === 'string') {
      note(`${id}/title/${title}`);
      note(`${id}/description/${typeof body === 'string' ? body : ''}`);
    }
    for (const member of Object.values(value)) if (typeof member === 'object') this.#noteShown(to, member);
  }
}

const failure = (code: string): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(`${code} by the schedule`), { code }) });
