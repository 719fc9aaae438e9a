import { FixtureError } from '../errors.ts';
import { Listener, type OnRequest } from './listener.ts';

/** The address of the fake GitHub, which can be taken down and brought up again. */
interface Endpoint {
  readonly url: string;
  readonly isUp: boolean;
  down(): Promise<void>;
  up(): Promise<void>;
}

interface EndpointOptions {
  listen?: boolean;
  port?: number;
  url?: string;
}

/** Opens the address of the fake GitHub on 127.0.0.1. With `listen: false` it opens no port. */
export async function openEndpoint(options: EndpointOptions, onRequest: OnRequest): Promise<Endpoint> {
  if (options.listen === false) return portless(options.url ?? 'http://github.test');
  if (options.url !== undefined) {
    throw new FixtureError('wrong_argument', 'A listening server has the URL of its port.', 'Give listen: false.');
  }
  const listener = new Listener(onRequest, (error) => {
    throw error;
  });
  await listener.listen(options.port ?? 0);
  return {
    url: listener.url,
    get isUp() {
      return listener.listening;
    },
    down: () => listener.close(),
    up: () => listener.reopen(),
  };
}

function portless(url: string): Endpoint {
  let isUp = true;
  return {
    url: url.replace(/\/$/, ''),
    get isUp() {
      return isUp;
    },
    down: async () => {
      isUp = false;
    },
    up: async () => {
      isUp = true;
    },
  };
}
