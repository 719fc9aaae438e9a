import type { FastifyInstance } from 'fastify';
import { badRequest } from '../errors.ts';

/** Options of Node's server: an HTTP/1.1 request without Host is not refused by Node, whose refusal has no body. */
export const nodeServerOptions = { requireHostHeader: false };

/**
 * Takes over what Node would refuse by itself, without a problem document. An unknown `Expect` may be ignored (RFC 9110, 10.1.1), so that
 * such a request is worked on like any other. One without Host must be refused (RFC 9112, 3.2).
 */
export function takeOverRefusalsOfNode(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) {
      throw badRequest('A request of HTTP/1.1 needs a Host header.');
    }
  });
}
