import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ingest } from '../../ingest/ingest.ts';
import { problem, unavailable, type WebhookAnswer } from '../../ingest/webhook-answer.ts';
import type { WebhookHeaders } from '../../ingest/webhook-headers.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createBodyBudget, readBody } from './read-body.ts';

/** Bodies on their way in, together: a few of the largest, or thousands of usual ones. */
const BODIES_LIMIT_BYTES = 80 * 1024 * 1024;

/** As the API description names it. */
const WEBHOOK_ROUTE = '/api/v1/integrations/:target/webhook';

/** Serves one webhook request on Node's own request and response: nothing may read or change the body before the signature is checked. */
export type ServeWebhook = (request: IncomingMessage, response: ServerResponse, target: string) => Promise<void>;

export function createWebhookServer(ingest: Ingest, { requests }: Pick<Metrics, 'requests'>): ServeWebhook {
  const budget = createBodyBudget(BODIES_LIMIT_BYTES);
  return async (request, response, target) => {
    const startedAt = performance.now();
    response.once('finish', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      requests.observe({ method: 'POST', route: WEBHOOK_ROUTE, status: String(response.statusCode) }, seconds);
    });
    const reading = await readBody(request, budget);
    if (reading.kind === 'aborted') return;
    if (reading.kind === 'body') {
      const { body } = reading;
      // Duplicate headers are joined by Node but for set-cookie, which no webhook's check looks at.
      const headers = request.headers as WebhookHeaders;
      const answer = await ingest.receive({ target: targetOf(target), headers, body });
      budget.giveBack(body.length);
      send(response, answer);
    } else {
      send(
        response,
        reading.kind === 'too_large' ? tooLarge : tooBusy,
        request.complete ? {} : { connection: 'close' },
      );
    }
  };
}

const tooLarge = problem(
  413,
  'webhook.too_large',
  'The body is larger than 25 MB (26214400 bytes). GitHub never sends that much; send less.',
);
const tooBusy = unavailable(
  'ingest.busy',
  'Too many large deliveries are on their way in. Deliver again in a moment.',
  2,
);

/** Digits are an integration's id, everything else is a type. */
function targetOf(text: string): { type: string } | { integrationId: number } {
  return /^[0-9]{1,15}$/.test(text) ? { integrationId: Number(text) } : { type: text };
}

function send(response: ServerResponse, answer: WebhookAnswer, extraHeaders: Record<string, string> = {}): void {
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
