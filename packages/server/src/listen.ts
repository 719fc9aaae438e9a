import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Logger } from './logging.ts';
import { ListenError } from './startup-errors.ts';

/** Error codes of an address that another process has, or that this process may not use. */
const NOT_OURS = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * Listens and returns the URL. Throws ListenError when the address cannot be used. A worker listens only for its probes and metrics: when
 * its port is taken, for example by an API on the same machine, it runs without them and null is returned.
 */
export async function listenAt(
  app: FastifyInstance,
  { HOST, PORT, ROLE }: Pick<Config, 'HOST' | 'PORT' | 'ROLE'>,
  log: Logger,
): Promise<string | null> {
  try {
    await app.listen({ port: PORT, host: HOST });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined || !NOT_OURS.has(code)) throw cause;
    if (ROLE === 'worker' && code === 'EADDRINUSE') {
      log.warn({ host: HOST, port: PORT }, 'the port is in use: this worker serves no probes and metrics');
      return null;
    }
    throw new ListenError(`Cannot listen on ${HOST}:${PORT} (${code}).`, {
      hint:
        code === 'EADDRINUSE'
          ? 'Another process has the port. Set PORT to a free one: PORT=8001.'
          : 'Check HOST and PORT.',
      cause,
    });
  }
  const { address, port, family } = app.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
