import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { githubDescription } from '../openapi/description.ts';
import { at } from './at.ts';

interface ReceivedDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
  readonly payload: unknown;
  /** Returns the value at a path in the payload, such as `issue.title`. */
  readonly at: (path: string) => unknown;
}

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly deliveries: ReceivedDelivery[];
  /** Differences between received payloads and GitHub's description of their webhooks; empty if there are none. */
  readonly schemaErrors: string[];
  /** HTTP status with which the receiver responds from now on. */
  status: number;
  /** Returns the received events as `event.action`, in order. */
  events(): string[];
}

function check(event: string, payload: unknown): string | null {
  const found = at(payload, 'action');
  const action = typeof found === 'string' ? found : null;
  const description = githubDescription();
  const validate = description.webhook(event, action);
  if (validate === null) return `GitHub documents no webhook ${event} ${action ?? ''}`;
  return validate(payload) ? null : `${event} ${action ?? ''}: ${description.explain(validate)}`;
}

/** Starts a server that receives webhooks and compares every payload with GitHub's description. */
export async function startReceiver(): Promise<Receiver> {
  const deliveries: ReceivedDelivery[] = [];
  const schemaErrors: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      const form = request.headers['content-type'] === 'application/x-www-form-urlencoded';
      const payload: unknown = JSON.parse(form ? (new URLSearchParams(raw).get('payload') ?? '') : raw);
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      deliveries.push({ headers, raw, payload, at: (path) => at(payload, path) });
      const schemaError = check(headers['x-github-event'] ?? '', payload);
      if (schemaError !== null) schemaErrors.push(schemaError);
      response.writeHead(receiver.status, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    deliveries,
    schemaErrors,
    status: 202,
    events: () =>
      deliveries.map((delivery) =>
        [delivery.headers['x-github-event'], delivery.at('action')].filter((part) => part !== undefined).join('.'),
      ),
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
  return receiver;
}
