import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Histogram } from 'prom-client';
import type { ClientAddresses } from '../../http/client-address.ts';
import type { Logger } from '../../logging.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { WebhookHeaders } from '../ingest/webhook-headers.ts';
import { problem, unavailable, type WebhookResponse } from '../ingest/webhook-response.ts';
import { type DropReason, IncomingBodies } from './incoming-bodies.ts';
import { readBody } from './read-body.ts';
import type { RefusalCounts } from './refusal-counts.ts';

const MIB = 1024 * 1024;

/** Limits for the bodies that are being received. A body of up to 256 KiB is small; GitHub's usual ones have 10 to 30 KiB. */
const BODIES = {
  smallBodyBytes: 256 * 1024,
  limitBytes: { small: 48 * MIB, large: 100 * MIB },
  leastBytesPerSecond: 16 * 1024,
  graceMs: 5000,
};

/** Route label of both webhook paths in the metrics, so that a made-up type in a path does not create a label of its own. */
const WEBHOOK_ROUTE = '/api/v1/integrations/:target/webhook';

/**
 * Serves one webhook request on Node's own request and response, because nothing may read or change the body before its signature is
 * verified.
 */
export type ServeWebhook = (request: IncomingMessage, response: ServerResponse, target: string) => Promise<void>;

export interface WebhookServerOptions {
  ingest: Ingest;
  metrics: {
    requests: Pick<Histogram<'method' | 'route' | 'status'>, 'observe'>;
    webhookRefusals: Pick<RefusalCounts, 'add'>;
  };
  addresses: Pick<ClientAddresses, 'clientOf'>;
  log: Logger;
}

export function createWebhookServer({ ingest, metrics, addresses, log }: WebhookServerOptions): ServeWebhook {
  const bodies = new IncomingBodies(BODIES);
  const send = (response: ServerResponse, answer: WebhookResponse, extraHeaders: Record<string, string> = {}): void => {
    if (answer.status >= 400) metrics.webhookRefusals.add(String(answer.body.code));
    write(response, answer, extraHeaders);
  };
  const serve: ServeWebhook = async (request, response, target) => {
    const startedAt = performance.now();
    response.once('finish', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.requests.observe({ method: 'POST', route: WEBHOOK_ROUTE, status: String(response.statusCode) }, seconds);
    });
    const address = addresses.clientOf(request);
    const reading = await readBody(request, address, bodies);
    if (reading.kind === 'aborted') return;
    if (reading.kind === 'body') {
      const { body, release } = reading;
      // Node joins the values of a header that is sent twice, except set-cookie, which no signature covers.
      const headers = request.headers as WebhookHeaders;
      send(response, await ingest.receive({ target: targetOf(target), headers, body, address }, release));
      release();
    } else if (request.complete) {
      send(response, refusals[reading.kind]);
    } else {
      send(response, refusals[reading.kind], { connection: 'close' });
      // Close the connection, because the server would otherwise wait for the rest of the body.
      response.once('finish', () => request.socket.destroySoon());
    }
  };
  return async (request, response, target) => {
    try {
      await serve(request, response, target);
    } catch (error) {
      // Nobody awaits a request. Without its own end here, an error would end the process and every other request with it.
      log.error({ err: error }, 'webhook request could not be served');
      response.destroy();
    }
  };
}

const refusals: Readonly<Record<'too_large' | DropReason, WebhookResponse>> = {
  too_large: problem(
    413,
    'webhook.too_large',
    'The body is larger than 25 MB (26214400 bytes). GitHub never sends that much; send less.',
  ),
  too_busy: unavailable(
    'ingest.busy',
    'Too many bodies are being received, and this one took longest to arrive. Deliver it again in a moment.',
    2,
  ),
  too_slow: problem(
    408,
    'request.timeout',
    `The body arrived too slowly: after ${BODIES.graceMs / 1000} seconds it must arrive at ${BODIES.leastBytesPerSecond / 1024} KiB a second or more.`,
  ),
};

/** Parses the last part of a webhook's path: digits are the id of an integration, everything else is a type. */
function targetOf(text: string): { type: string } | { integrationId: number } {
  return /^[0-9]{1,15}$/.test(text) ? { integrationId: Number(text) } : { type: text };
}

function write(response: ServerResponse, answer: WebhookResponse, extraHeaders: Record<string, string>): void {
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...extraHeaders,
  });
  response.end(text);
}
