import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

const LONGEST_MS = 5000;
const STEP_MS = 50;

/** Closes the server within seconds: it finishes running requests, closes idle connections, and cuts those that remain at the end. */
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
    // Do not await the closing of connections: Fastify closes the server after this hook, and connections are closed meanwhile.
    void sweep();
  });
}
