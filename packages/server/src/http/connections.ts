import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

const LONGEST_MS = 5000;
const STEP_MS = 50;

/** Ends a server within seconds: requests under way are finished, idle connections closed, what still hangs then is cut. */
export function closeConnectionsInTime(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    let closed = false;
    app.server.once('close', () => {
      closed = true;
    });
    const sweep = async (): Promise<void> => {
      for (let waited = 0; waited < LONGEST_MS && !closed; waited += STEP_MS) {
        app.server.closeIdleConnections();
        await setTimeout(STEP_MS, undefined, { ref: false });
      }
      app.server.closeAllConnections();
    };
    // Not awaited: Fastify closes the server after this hook, and the sweep goes on beside it.
    void sweep();
  });
}
