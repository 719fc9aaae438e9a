import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Delivery } from './delivery-log.ts';
import { targetId } from './hooks.ts';

/** The `User-Agent` of GitHub's deliveries, which ends with a commit id. */
const userAgent = 'GitHub-Hookshot/5e2b3c1';
const maximumResponseBytes = 65_536;

function bodyOf(delivery: Delivery): string {
  if (delivery.hook.contentType === 'json') return delivery.payload;
  return new URLSearchParams({ payload: delivery.payload }).toString();
}

/** Returns the headers of a delivery as GitHub sends them. The signature covers the bytes of the body. */
function deliveryHeaders(delivery: Delivery, body: string): Record<string, string> {
  const { hook } = delivery;
  const hmac = (algorithm: string, secret: string): string =>
    `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;
  return {
    accept: '*/*',
    'content-type': hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'user-agent': userAgent,
    'x-github-delivery': delivery.guid,
    'x-github-event': delivery.event,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-id': String(targetId(hook.target)),
    'x-github-hook-installation-target-type': hook.target.type,
    ...(hook.secret === null
      ? {}
      : { 'x-hub-signature': hmac('sha1', hook.secret), 'x-hub-signature-256': hmac('sha256', hook.secret) }),
  };
}

/** Sets the headers and the body that the delivery is sent with. */
export function prepare(delivery: Delivery): void {
  delivery.body = bodyOf(delivery);
  delivery.headers = deliveryHeaders(delivery, delivery.body);
}

/** Records the outcome in the delivery and its webhook. `statusCode` is 0 if there was no response. */
export function recordOutcome(delivery: Delivery, statusCode: number, status: string): void {
  delivery.statusCode = statusCode;
  delivery.status = status;
  delivery.hook.lastResponse = {
    code: statusCode === 0 ? null : statusCode,
    status: statusCode >= 200 && statusCode < 300 ? 'active' : 'failed',
    message: status,
  };
}

/** Sends the delivery once and records the outcome. Never rejects. */
export function send(delivery: Delivery, timeoutMs: number, stop: AbortSignal): Promise<void> {
  const { hook } = delivery;
  prepare(delivery);
  const { body } = delivery;
  const start = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve) => {
    const finish = (statusCode: number, status: string): void => {
      delivery.durationMs = performance.now() - start;
      recordOutcome(delivery, statusCode, status);
      resolve();
    };
    const makeRequest = hook.url.startsWith('https:') ? httpsRequest : httpRequest;
    const outgoing = makeRequest(hook.url, {
      method: 'POST',
      // Use a new connection, because a kept one that a restarted receiver has closed would look like a lost delivery.
      agent: false,
      headers: { ...delivery.headers, 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.any([timeout, stop]),
    });
    const fail = (): void => finish(0, timeout.aborted ? 'timed out' : 'failed to connect to host');
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        if (size < maximumResponseBytes) chunks.push(chunk);
        size += chunk.length;
      });
      incoming.on('error', fail);
      incoming.on('end', () => {
        delivery.responseHeaders = Object.fromEntries(
          Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        );
        delivery.responseBody = Buffer.concat(chunks).toString('utf8');
        const code = incoming.statusCode ?? 0;
        finish(code, code >= 200 && code < 300 ? 'OK' : (incoming.statusMessage ?? 'Invalid HTTP Response'));
      });
    });
    outgoing.end(body);
  });
}
