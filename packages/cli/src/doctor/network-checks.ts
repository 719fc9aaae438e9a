import { createServer } from 'node:net';
import type { Config } from '@commandcenter/server/config';
import { type Finding, fault, ok, warning } from './finding.ts';

const TIMEOUT_MS = 5000;

export async function checkPort({ HOST, PORT }: Config): Promise<Finding> {
  const check = 'port';
  const refusal = await tryToListen(HOST, PORT);
  if (refusal === undefined) return ok(check, `${HOST}:${PORT} is free`);
  const host = HOST === '0.0.0.0' || HOST === '::' ? 'localhost' : HOST;
  if (refusal === 'EADDRINUSE' && (await answers(`http://${host}:${PORT}/livez`)))
    return ok(check, `a server answers at ${HOST}:${PORT}`);
  return fault(
    check,
    `${HOST}:${PORT} cannot be listened on (${refusal})`,
    'Set PORT to a free one, for example PORT=8001.',
  );
}

export async function checkPublicUrl({ PUBLIC_URL }: Config): Promise<Finding> {
  const check = 'public url';
  const { hostname } = new URL(PUBLIC_URL);
  if (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) {
    return warning(
      check,
      `${PUBLIC_URL} is reached from this machine only: webhooks cannot arrive, repositories are polled`,
      'Set PUBLIC_URL to the address others reach this server at.',
    );
  }
  if (await answers(`${PUBLIC_URL}/livez`)) return ok(check, `${PUBLIC_URL} reaches a server`);
  return warning(check, `${PUBLIC_URL}/livez does not answer from here`, 'Check the proxy, and that the server runs.');
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })).ok;
  } catch {
    // No answer is what was asked about.
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
