import type { FastifyInstance } from 'fastify';
import { badRequest } from '../errors.ts';

/** Options of Node's HTTP server. Node must not refuse an HTTP/1.1 request without Host itself, because its refusal has no body. */
export const nodeServerOptions = { requireHostHeader: false };

/**
 * Handles requests that Node would refuse without a problem document. An unknown `Expect` is ignored, as RFC 9110, 10.1.1 allows. An
 * HTTP/1.1 request without Host is refused, as RFC 9112, 3.2 requires.
 */
export function takeOverRefusalsOfNode(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) {
      throw badRequest('A request of HTTP/1.1 needs a Host header.');
    }
  });
}
