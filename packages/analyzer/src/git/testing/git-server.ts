import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** git's own HTTP server (`git http-backend`) for the repositories of a folder, on the loopback interface. */
export interface GitServer {
  url: string;
  /** Requests to the server: `line` is `METHOD /path`, and `user` the name with which the client authenticated. */
  requests: { line: string; user: string | undefined; headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

export interface GitServerOptions {
  /** The credential that the server accepts; undefined accepts everybody. */
  credential?: { username: string; password: string };
  /** Called before git for each request; if it returns true, it has handled the request instead of git. */
  before?(request: IncomingMessage, response: ServerResponse): boolean;
  /** Protocol version 2 delivers any commit; version 0 only those to which branches point. */
  oldProtocol?: boolean;
}

export async function startGitServer(
  folder: string,
  { credential, before, oldProtocol = false }: GitServerOptions = {},
): Promise<GitServer> {
  const requests: GitServer['requests'] = [];
  const server = createServer((request, response) => {
    const [user, password] = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64')
      .toString()
      .split(':');
    requests.push({
      line: `${request.method} ${request.url}`,
      user: user === '' ? undefined : user,
      headers: request.headers,
    });
    if (before?.(request, response) === true) return;
    if (credential !== undefined && (user !== credential.username || password !== credential.password)) {
      const headers = { 'www-authenticate': 'Basic realm="test"', 'content-type': 'text/plain' };
      response.writeHead(401, headers).end(`no entrance for ${user}:${password} (${request.headers.authorization})\n`);
      return;
    }
    serve(folder, oldProtocol, request, response);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Handles a request with the CGI program https://git-scm.com/docs/git-http-backend. */
function serve(folder: string, oldProtocol: boolean, request: IncomingMessage, response: ServerResponse): void {
  // The URL of a request is absolute if the server acts as a proxy.
  const { pathname, search } = new URL(request.url ?? '', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      ...(oldProtocol ? {} : { GIT_PROTOCOL: String(request.headers['git-protocol'] ?? '') }),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  let head = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) return response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const headers = head
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(/: /, 2) as [string, string]);
    const status = Number(headers.find(([name]) => name === 'Status')?.[1].slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    return response.write(head.subarray(end + 4));
  });
  child.stdout.on('end', () => response.end());
}
