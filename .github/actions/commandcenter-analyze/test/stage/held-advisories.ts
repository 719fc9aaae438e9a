import type { ServerResponse } from 'node:http';
import type { OsvServer } from '../../../../../packages/analyzer/src/advisories/testing/osv-server.ts';

/** Keeps every analysis that looks up a dependency from going on, until it is released. */
export function holdAdvisories(osv: OsvServer): { asked: Promise<void>; release(): void } {
  const asked = Promise.withResolvers<void>();
  const held: ServerResponse[] = [];
  osv.intercept = (request, response) => {
    request.resume();
    held.push(response);
    asked.resolve();
    return true;
  };
  return {
    asked: asked.promise,
    release() {
      osv.intercept = null;
      // Of one package there is nothing to tell.
      for (const response of held.splice(0)) {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[{}]}');
      }
    },
  };
}
