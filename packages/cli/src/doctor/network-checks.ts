import { createServer } from 'node:net';
import type { Config } from '@commandcenter/server/config';
import { type CheckResult, failed, ok, warning } from './check-result.ts';

const TIMEOUT_MS = 5000;

export async function checkPort({ HOST, PORT }: Config): Promise<CheckResult> {
  const check = 'port';
  const listenError = await tryToListen(HOST, PORT);
  if (listenError === undefined) return ok(check, `${HOST}:${PORT} is free`);
  const host = HOST === '0.0.0.0' || HOST === '::' ? 'localhost' : HOST;
  if (listenError === 'EADDRINUSE' && (await isServing(`http://${host}:${PORT}/livez`)))
    return ok(check, `a server is running at ${HOST}:${PORT}`);
  return failed(
    check,
    `${HOST}:${PORT} is not available (${listenError})`,
    'Set PORT to a free port, for example PORT=8001.',
  );
}

export async function checkPublicUrl({ PUBLIC_URL }: Config): Promise<CheckResult> {
  const check = 'public url';
  const { hostname } = new URL(PUBLIC_URL);
  if (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) {
    return warning(
      check,
      `${PUBLIC_URL} is only reachable from this machine, so webhooks cannot arrive and repositories are polled`,
      'Set PUBLIC_URL to the address at which others reach this server.',
    );
  }
  if (await isServing(`${PUBLIC_URL}/livez`)) return ok(check, `${PUBLIC_URL} is reachable`);
  return warning(
    check,
    `${PUBLIC_URL}/livez is not reachable from this machine`,
    'Check the proxy, and that the server is running.',
  );
}

async function isServing(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })).ok;
  } catch {
    // A failed request means that no server is reachable, which is a result and not an error.
    return false;
  }
}

function tryToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
