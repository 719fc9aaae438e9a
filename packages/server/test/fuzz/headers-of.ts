import { createHmac } from 'node:crypto';
import type { DescribedOperation } from '../http/described-api.ts';
import { ADMIN_TOKEN } from '../http/test-application.ts';
import type { Draft } from './generate-request.ts';
import { oddContentTypes, oddText } from './odd-values.ts';

type Header = [string, string];

export function headersOf(draft: Draft, operation: DescribedOperation, body: Buffer | undefined): Header[] {
  return [
    ...authorization(draft),
    ...contentType(draft, operation, body),
    ...describedHeaders(draft, operation),
    ...(draft.odd.has('header') ? oddHeader(draft) : []),
    ...signature(draft, operation, body),
  ];
}

function authorization({ random, world, odd }: Draft): Header[] {
  if (!odd.has('token')) return [['Authorization', `Bearer ${ADMIN_TOKEN}`]];
  return random.pick<Header[]>([
    [],
    [['Authorization', oddText(random)]],
    [['Authorization', `Bearer ${oddText(random)}`]],
    [['Authorization', `Bearer ${random.pick(world.tokens)}`]],
    [['Authorization', `Bearer ${random.pick(world.tokens)}`]],
    [['Authorization', 'Basic YTpi']],
  ]);
}

function contentType({ random, odd }: Draft, { operation }: DescribedOperation, body: Buffer | undefined): Header[] {
  if (odd.has('media type')) return random.chance(0.2) ? [] : [['Content-Type', random.pick(oddContentTypes)]];
  if (body === undefined) return [];
  return [['Content-Type', Object.keys(operation.requestBody?.content ?? {})[0] ?? 'application/json']];
}

function describedHeaders({ random, odd }: Draft, { operation }: DescribedOperation): Header[] {
  const valid = ['"1"', '*', '1', 'W/"1", "2"'];
  return operation.parameters
    .filter(({ in: place }) => place === 'header' && random.chance(0.4))
    .map(({ name }) => {
      if (odd.has('header')) return [name, oddText(random)];
      return [name, name === 'Idempotency-Key' ? `key-${random.below(100_000)}` : random.pick(valid)];
    });
}

function oddHeader({ random }: Draft): Header[] {
  return [
    random.pick<Header>([
      ['Accept', oddText(random)],
      ['Accept', 'text/html'],
      ['Accept-Encoding', 'gzip, br, identity;q=0'],
      ['Content-Encoding', 'gzip'],
      ['Cookie', oddText(random)],
      ['Expect', 'nonsense'],
      ['Idempotency-Key', oddText(random)],
      ['If-Match', oddText(random)],
      ['If-None-Match', oddText(random)],
      ['Range', 'bytes=0-1'],
      ['Upgrade', 'websocket'],
      ['X-Forwarded-For', oddText(random)],
      ['X-Long', 'a'.repeat(20_000)],
      ['X-Request-Id', oddText(random)],
    ]),
  ];
}

/** Returns the headers of a webhook. Its signature is usually valid, so that the server reads the payload. */
function signature(
  { random, world, odd }: Draft,
  { operation }: DescribedOperation,
  body: Buffer | undefined,
): Header[] {
  if (operation.operationId !== 'receiveWebhook') return [];
  const digest = createHmac('sha256', world.webhookSecret)
    .update(body ?? '')
    .digest('hex');
  const event = random.pick(['issues', 'issues', 'ping', 'push', 'pull_request', 'label', 'repository']);
  return [
    ['X-GitHub-Event', odd.has('header') ? oddText(random) : event],
    ['X-GitHub-Delivery', odd.has('header') ? oddText(random) : `guid-${random.below(1_000_000)}`],
    ['X-Hub-Signature-256', odd.has('token') ? oddText(random) : `sha256=${digest}`],
  ];
}
