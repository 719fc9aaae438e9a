import { setTimeout as sleep } from 'node:timers/promises';
import { describeFetchError } from '../../fetch-error.ts';
import { version } from '../../version.ts';

/** A registry could not be reached, or its response is invalid. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
}

export interface RegistryClient {
  /**
   * Fetches a path, or an absolute URL of the same registry, and returns the body; undefined if the registry has nothing there. Throws
   * `RegistryError`.
   */
  text(path: string, accept?: string): Promise<string | undefined>;
  json(path: string, accept?: string): Promise<unknown>;
}

export interface RegistryClientOptions {
  url: string;
  fetch: typeof fetch;
  signal: AbortSignal;
  /** Waits the given time between two attempts of a request; tests replace this function. */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const TIMEOUT_MS = 15_000;
const MAX_ATTEMPTS = 3;
const BACKOFF_MS = 500;
const MAX_PAUSE_MS = 10_000;
const MAX_RESPONSE_BYTES = 30 * 1024 ** 2;
/**
 * HTTP status codes that mean a package does not exist: not found, gone (Go), and removed for legal reasons (npm). 403 is not included,
 * because registries use it to reject clients.
 */
const NOTHING_THERE = new Set([404, 410, 451]);
/** Some registries reject requests without a user agent. */
const USER_AGENT = `CommandCenter/${version}`;

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const { url, signal, pause = (milliseconds, until) => sleep(milliseconds, undefined, { signal: until }) } = options;

  const text: RegistryClient['text'] = async (path, accept = 'application/json') => {
    const address = new URL(path.startsWith('/') ? `${url}${path}` : path);
    // Registries refer to further pages by URL; never follow one to another server.
    if (address.origin !== new URL(url).origin) throw new RegistryError(`${url} leads to ${address.host}`);
    let failure = '';
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      let wait = BACKOFF_MS * 4 ** (attempt - 1);
      try {
        const response = await options.fetch(address, {
          headers: { accept, 'user-agent': USER_AGENT },
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        if (response.ok) return await readBounded(response, address);
        await response.body?.cancel();
        if (NOTHING_THERE.has(response.status)) return undefined;
        failure = `it answered ${response.status}`;
        if (response.status < 500 && response.status !== 429) break;
        wait = Math.max(wait, retryAfter(response));
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof RegistryError) throw error;
        failure = describeFetchError(error);
      }
      if (attempt < MAX_ATTEMPTS) await pause(Math.min(wait, MAX_PAUSE_MS), signal);
    }
    throw new RegistryError(`${address.host} could not be asked: ${failure}`);
  };

  return {
    text,
    async json(path, accept) {
      const response = await text(path, accept);
      if (response === undefined) return undefined;
      try {
        return JSON.parse(response) as unknown;
      } catch (cause) {
        throw new RegistryError(`${new URL(url).host} answered with something that is no JSON`, { cause });
      }
    },
  };
}

async function readBounded(response: Response, { host }: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES)
      throw new RegistryError(`${host} answered with more than ${MAX_RESPONSE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Returns the delay that the response's `Retry-After` header asks for, in milliseconds; 0 if it has no such header.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}
