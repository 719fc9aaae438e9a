import { type CommandCenterClient, createClient, type Schemas } from '@commandcenter/client';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import type { Terminal } from './command-line.ts';

const DEFAULT_URL = 'http://localhost:8000';
const TIMEOUT_MS = 60_000;

/** A client for the server that the options or the environment name. */
export function openServer(command: Command, { environment }: Terminal): CommandCenterClient {
  const options = command.optsWithGlobals<{ url?: string; token?: string }>();
  const baseUrl = options.url ?? (environment.COMMANDCENTER_URL || DEFAULT_URL);
  const token = options.token ?? environment.COMMANDCENTER_TOKEN;
  if (!URL.canParse(baseUrl)) {
    throw new CliError('usage.url', 2, `${baseUrl} is no URL. Right: COMMANDCENTER_URL=${DEFAULT_URL}`);
  }
  if (token === undefined || token === '') {
    throw new CliError(
      'usage.token',
      2,
      'A token is needed: set COMMANDCENTER_TOKEN to what the first start of the server printed.',
    );
  }
  return createClient({ baseUrl, token, fetch: (request) => fetchInTime(request, baseUrl) });
}

async function fetchInTime(request: Request, baseUrl: string): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    const reason = cause?.code ?? (error as Error).message;
    throw new CliError(
      'server.unreachable',
      3,
      `${baseUrl} does not answer (${reason}). Is the server running?`,
      error,
    );
  }
}

/** The data of an answer; CliError with what the server said otherwise. */
export function unwrap<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.response.ok) return answer.data as T;
  const problem = answer.error as Partial<Schemas['Problem']> | undefined;
  const { status } = answer.response;
  const details = problem?.errors?.map(({ pointer, message }) => ` ${pointer}: ${message}.`).join('') ?? '';
  throw new CliError(
    problem?.code ?? `http.${status}`,
    // What the caller asked for was wrong, or the server could not do it now.
    status >= 500 || status === 429 ? 3 : 2,
    `${problem?.detail ?? `The server answered ${status}.`}${details}`,
  );
}

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Follows the cursor until `limit` items are there. */
export async function collectPages<T>(
  limit: number,
  ask: (page: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask({ limit: Math.min(limit - items.length, 200), ...(cursor !== undefined && { cursor }) });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return items;
}
