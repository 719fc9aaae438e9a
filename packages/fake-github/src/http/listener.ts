import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { FixtureError } from '../errors.ts';

export type OnRequest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** An HTTP server on 127.0.0.1 that can be closed and reopened on the same port. */
export class Listener {
  readonly #server: Server;
  #port = 0;

  constructor(onRequest: OnRequest, onFailure: (error: unknown) => void) {
    this.#server = createServer((request, response) => {
      onRequest(request, response).catch((error: unknown) => {
        request.socket.destroy();
        // Ignore a client that disconnects; any other error is a bug of the fake GitHub.
        if (!isDisconnect(error)) onFailure(error);
      });
    });
    // Keep connections open long enough that none closes just when a client uses it again.
    this.#server.keepAliveTimeout = 120_000;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get listening(): boolean {
    return this.#server.listening;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') {
      throw new FixtureError('not_listening', 'The server has no TCP address.', 'Give it a TCP port.');
    }
    this.#port = address.port;
  }

  /** Closes the port and every connection, so that connections are refused. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** Listens again on the same port as before. */
  async reopen(): Promise<void> {
    if (!this.#server.listening) await this.listen(this.#port);
  }
}

function isDisconnect(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}
