import { type CommandCenterClient, createClient, describeProblem, readProblem } from '@commandcenter/client';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import type { Terminal } from './terminal.ts';

const EXAMPLE_URL = 'http://localhost:8000';
const DEFAULT_PORT = '8000';
const TIMEOUT_MS = 60_000;

/**
 * Returns a client for the server that the options or the configuration name. Throws `CliError` if there is no token that belongs to this
 * server.
 */
export function openServer(command: Command, { environment, fileVariables }: Terminal): CommandCenterClient {
  const options = command.optsWithGlobals<{ server?: string; token?: string }>();
  const configured = configuredAddress(environment);
  const baseUrl = parseAddress(options.server ?? configured.url);
  const token = options.token ?? environment.COMMANDCENTER_TOKEN;
  if (token === undefined || token === '')
    throw new CliError(
      'usage.token',
      2,
      `There is no token for ${baseUrl.origin}. Set COMMANDCENTER_TOKEN to the token that the server printed at its start.`,
    );
  if (options.token === undefined) {
    // The configured token belongs to the configured server, so it must not be sent to another one.
    if (baseUrl.origin !== parseAddress(configured.url).origin)
      throw new CliError(
        'usage.token',
        2,
        `COMMANDCENTER_TOKEN is for ${configured.url} and is not sent to ${baseUrl.origin}. Pass the token of that server with --token, or set COMMANDCENTER_URL.`,
      );
    const addressIsOnlyInFile = fileVariables.has(configured.variable) && !fileVariables.has('COMMANDCENTER_TOKEN');
    // Any folder can contain a `.env`, so that file must not decide where a token from the environment is sent.
    if (addressIsOnlyInFile && options.server === undefined && !isLoopback(baseUrl))
      throw new CliError(
        'usage.token',
        2,
        `The .env of this folder names ${configured.url} (${configured.variable}), and COMMANDCENTER_TOKEN is not from that file. If the token is for that server, add --server ${configured.url}.`,
      );
  }
  return createClient({
    baseUrl: baseUrl.href.replace(/\/+$/, ''),
    token,
    fetch: (request) => fetchWithTimeout(request, baseUrl.origin),
  });
}

/** Returns the configured address of the server and the variable that it comes from. */
function configuredAddress(environment: NodeJS.ProcessEnv): { url: string; variable: string } {
  for (const variable of ['COMMANDCENTER_URL', 'PUBLIC_URL']) {
    const url = environment[variable];
    if (url !== undefined && url !== '') return { url, variable };
  }
  return { url: `http://localhost:${environment.PORT || DEFAULT_PORT}`, variable: 'PORT' };
}

function parseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new CliError('usage.url', 2, `${text} is not the address of a server. Example: --server ${EXAMPLE_URL}`);
}

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);

async function fetchWithTimeout(request: Request, origin: string): Promise<Response> {
  try {
    // Do not follow redirects, because they would take the token to another address.
    return await fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    const reason = cause?.code ?? (error as Error).message;
    throw new CliError(
      'server.unreachable',
      3,
      `${origin} cannot be reached (${reason}). Is the server running?`,
      error,
    );
  }
}

/** Returns the data of a successful response. Throws `CliError` with the server's message and address otherwise. */
export function unwrap<T>(result: { data?: T; error?: unknown; response: Response }): T {
  if (result.response.ok) return result.data as T;
  const problem = readProblem(result.response, result.error);
  const { status, url, headers } = result.response;
  const { origin } = new URL(url);
  const location = headers.get('location');
  if (status >= 300 && status < 400 && location !== null)
    throw new CliError(
      'server.redirect',
      2,
      `${origin} redirects to ${new URL(location, url).origin}. Use that address: --server ${new URL(location, url).origin}`,
    );
  throw new CliError(
    problem?.code ?? `http.${status}`,
    // Exit code 3 if the server could not respond now, 2 if the request was wrong.
    status >= 500 || status === 429 ? 3 : 2,
    `${origin}: ${describeProblem(problem ?? { errors: [] }, status)}`,
  );
}

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Reads page after page until there are `limit` items or no more pages. */
export async function collectPages<T>(
  limit: number,
  fetchPage: (page: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await fetchPage({
      limit: Math.min(limit - items.length, 200),
      ...(cursor !== undefined && { cursor }),
    });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return items;
}
