import { setTimeout as sleep } from 'node:timers/promises';
import { type Static, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';
import { AnalysisError } from '../../errors.ts';
import { describeFetchError } from '../../fetch-error.ts';

export interface Query {
  package: { ecosystem: string; name: string };
  /** Version of the package; if absent, the OSV API returns the advisories of all versions. */
  version?: string;
  page_token?: string;
}

const QueryResult = Type.Object({
  vulns: Type.Optional(Type.Array(Type.Object({ id: Type.String(), modified: Type.Optional(Type.String()) }))),
  next_page_token: Type.Optional(Type.String()),
});
const BatchResult = Type.Object({ results: Type.Array(Type.Union([QueryResult, Type.Null()])) });
export type QueryResult = Static<typeof QueryResult>;

export interface OsvApiOptions {
  /** Base address of the OSV API, such as `https://api.osv.dev`. */
  url: string;
  fetch: typeof fetch;
  /** Waits the given time between two attempts of a request; tests replace this function. */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

class RefusedError extends AnalysisError {
  readonly status: number;

  constructor(url: string, status: number) {
    super('advisories.refused', `${url} answered ${status}.`, { hint: 'Is OSV_API_URL the address of an OSV API?' });
    this.status = status;
  }
}

const TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 3;
const BACKOFF_MS = 500;
const MAX_PAUSE_MS = 30_000;
const MAX_RESPONSE_BYTES = 32 * 1024 ** 2;

/**
 * Client of the two OSV API routes that are used here: https://google.github.io/osv.dev/api/. Its methods throw
 * AnalysisError.
 */
export class OsvApi {
  readonly #url: string;
  readonly #fetch: typeof fetch;
  readonly #pause: NonNullable<OsvApiOptions['pause']>;

  constructor({ url, fetch, pause }: OsvApiOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#fetch = fetch;
    this.#pause = pause ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
  }

  /** Sends at most 1,000 queries to the OSV API in one request; returns their results in the same order. */
  async queryBatch(queries: readonly Query[], signal: AbortSignal): Promise<QueryResult[]> {
    const { results } = await this.#request(BatchResult, '/v1/querybatch', signal, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ queries }),
    });
    if (results.length !== queries.length) throw this.#badResponse('/v1/querybatch');
    return results.map((result) => result ?? {});
  }

  /** Returns an OSV record without validating it; undefined if the record does not exist any more. */
  async getRecord(id: string, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#request(Type.Unknown(), `/v1/vulns/${encodeURIComponent(id)}`, signal, {});
    } catch (error) {
      if (error instanceof RefusedError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #request<Schema extends TSchema>(
    schema: Schema,
    path: string,
    signal: AbortSignal,
    init: RequestInit,
  ): Promise<Static<Schema>> {
    const text = await this.#fetchText(path, signal, init);
    try {
      const parsed: unknown = JSON.parse(text);
      if (Check(schema, parsed)) return parsed;
    } catch (cause) {
      throw this.#badResponse(path, cause);
    }
    throw this.#badResponse(path);
  }

  async #fetchText(path: string, signal: AbortSignal, init: RequestInit): Promise<string> {
    let failure: unknown;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      let pause = BACKOFF_MS * 4 ** (attempt - 1);
      try {
        const response = await this.#fetch(`${this.#url}${path}`, {
          ...init,
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        if (response.ok) return await readBounded(response);
        await response.body?.cancel();
        if (response.status < 500 && response.status !== 429)
          throw new RefusedError(`${this.#url}${path}`, response.status);
        pause = Math.max(pause, retryAfter(response));
        failure = new Error(`it answered ${response.status}`);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof AnalysisError) throw error;
        failure = error;
      }
      if (attempt < MAX_ATTEMPTS) await this.#pause(Math.min(pause, MAX_PAUSE_MS), signal);
    }
    throw new AnalysisError(
      'advisories.unreachable',
      `${this.#url} cannot be reached: ${describeFetchError(failure)}.`,
      {
        hint:
          'Let this machine reach it, or import a database that needs no network: commandcenter advisories import <zip>, ' +
          'with a zip from https://storage.googleapis.com/osv-vulnerabilities/<ecosystem>/all.zip.',
        cause: failure,
      },
    );
  }

  #badResponse(path: string, cause?: unknown): AnalysisError {
    return new AnalysisError(
      'advisories.bad_answer',
      `What ${this.#url}${path} answered is not what the OSV API does.`,
      {
        hint: 'Is OSV_API_URL the address of an OSV API?',
        cause,
      },
    );
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) {
      throw new AnalysisError(
        'advisories.bad_answer',
        `${response.url} answered more than ${MAX_RESPONSE_BYTES} bytes.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Returns the delay that the response's `Retry-After` header asks for, in milliseconds; 0 if it has no such header.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
function retryAfter(response: Response): number {
  const text = response.headers.get('retry-after') ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  return Math.max(0, (Date.parse(text) || 0) - Date.now());
}
