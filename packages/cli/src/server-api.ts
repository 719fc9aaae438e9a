import { type CommandCenterClient, createClient, type Schemas } from '@commandcenter/client';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import type { Terminal } from './command-line.ts';

const EXAMPLE_URL = 'http://localhost:8000';
const DEFAULT_PORT = '8000';
const TIMEOUT_MS = 60_000;

/** A client for the server that the options or the configuration name. */
export function openServer(command: Command, { environment, fileVariables }: Terminal): CommandCenterClient {
  const options = command.optsWithGlobals<{ server?: string; token?: string }>();
  const configured = configuredAddress(environment);
  const baseUrl = parseAddress(options.server ?? configured.url);
  const token = options.token ?? environment.COMMANDCENTER_TOKEN;
  if (token === undefined || token === '')
    throw new CliError(
      'usage.token',
      2,
      `A token for ${baseUrl.origin} is needed: set COMMANDCENTER_TOKEN to the one that the server printed when it started.`,
    );
  if (options.token === undefined) {
    // The token of the configuration is for the server of the configuration.
    if (baseUrl.origin !== parseAddress(configured.url).origin)
      throw new CliError(
        'usage.token',
        2,
        `COMMANDCENTER_TOKEN is for ${configured.url} and is not sent to ${baseUrl.origin}. Pass the token of that server with --token, or set COMMANDCENTER_URL.`,
      );
    const isForeign = fileVariables.has(configured.variable) && !fileVariables.has('COMMANDCENTER_TOKEN');
    // Any folder may have a `.env`; it does not get to say where a token of the environment goes.
    if (isForeign && options.server === undefined && !isLoopback(baseUrl))
      throw new CliError(
        'usage.token',
        2,
        `The .env of this folder names ${configured.url} (${configured.variable}), and COMMANDCENTER_TOKEN is not from that file. If the token is for that server, add --server ${configured.url}.`,
      );
  }
  return createClient({
    baseUrl: baseUrl.href.replace(/\/+$/, ''),
    token,
    fetch: (request) => fetchInTime(request, baseUrl.origin),
  });
}

/** The address in the configuration, and the variable that it is from. */
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
  throw new CliError('usage.url', 2, `${text} is no address of a server. Right: --server ${EXAMPLE_URL}`);
}

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);

async function fetchInTime(request: Request, origin: string): Promise<Response> {
  try {
    // A redirect would take the token to another address.
    return await fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    const reason = cause?.code ?? (error as Error).message;
    throw new CliError('server.unreachable', 3, `${origin} does not answer (${reason}). Is the server running?`, error);
  }
}

/** The data of a response. Throws CliError with the server's words and its address otherwise. */
export function unwrap<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.response.ok) return answer.data as T;
  const problem = answer.error as Partial<Schemas['Problem']> | undefined;
  const { status, url, headers } = answer.response;
  const { origin } = new URL(url);
  const location = headers.get('location');
  if (status >= 300 && status < 400 && location !== null)
    throw new CliError(
      'server.redirect',
      2,
      `${origin} redirects to ${new URL(location, url).origin}. Use that address: --server ${new URL(location, url).origin}`,
    );
  const details = problem?.errors?.map(({ pointer, message }) => ` ${pointer}: ${message}.`).join('') ?? '';
  throw new CliError(
    problem?.code ?? `http.${status}`,
    // What the caller asked for was wrong, or the server could not do it now.
    status >= 500 || status === 429 ? 3 : 2,
    `${origin}: ${problem?.detail ?? `the response has status ${status}.`}${details}`,
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
