import type { ServerResponse } from 'node:http';
import type { OsvServer } from '../../../../../packages/analyzer/src/advisories/testing/osv-server.ts';

/** Makes the OSV API respond to nothing until `release` is called, which blocks every analysis that looks up a dependency. */
export function blockAdvisories(osv: OsvServer): { asked: Promise<void>; release(): void } {
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
      // An empty result means that the package has no advisories.
      for (const response of held.splice(0)) {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[{}]}');
      }
    },
  };
}
