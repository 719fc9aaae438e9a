import type { DescribedOperation } from '../http/described-api.ts';
import type { Draft } from './generate-request.ts';
import { encodedOddly, mutateValue } from './mutate.ts';
import { toJsonText } from './odd-values.ts';
import { type Schema, validValue, withIds } from './schema-values.ts';

export function bodyOf(draft: Draft, { operation }: DescribedOperation): Buffer | undefined {
  const { random, odd } = draft;
  const content = operation.requestBody?.content;
  if (operation.operationId === 'receiveWebhook') return bytesOf(draft, webhookPayload());
  if (content === undefined) return odd.has('body') ? bytesOf(draft, { a: 1 }) : undefined;
  const schema = content['application/json']?.schema as Schema | undefined;
  if (schema === undefined) {
    return odd.has('bytes') ? random.pick([Buffer.from('no gzip'), Buffer.alloc(0)]) : Buffer.from([0x1f, 0x8b, 8, 0]);
  }
  if (odd.has('body') && random.chance(0.05)) return undefined;
  const examples = schema.$ref === undefined ? undefined : draft.resolve(schema.$ref).examples;
  const useExample = examples !== undefined && random.chance(0.4);
  return bytesOf(draft, useExample ? withIds(draft.world, random.pick(examples)) : validValue(draft, schema));
}

function bytesOf({ random, odd }: Draft, value: unknown): Buffer {
  let result = value;
  if (odd.has('body')) for (let left = 1 + random.below(2); left > 0; left -= 1) result = mutateValue(random, result);
  const text = toJsonText(result);
  return odd.has('bytes') ? encodedOddly(random, text) : Buffer.from(text);
}

const webhookPayload = (): unknown => ({
  action: 'opened',
  issue: {
    id: 1,
    number: 1,
    title: 'A title',
    body: null,
    state: 'open',
    html_url: 'https://github.com/octo/hello/issues/1',
    labels: [{ name: 'one' }],
    assignees: [{ login: 'ada', id: 4 }],
    user: { login: 'ada', id: 4 },
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-02T00:00:00Z',
  },
  repository: { id: 2, full_name: 'octo/hello', name: 'hello', owner: { login: 'octo', id: 3 } },
  sender: { login: 'ada', id: 4, type: 'User' },
});
