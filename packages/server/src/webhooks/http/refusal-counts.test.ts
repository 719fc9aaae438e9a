import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Registry } from 'prom-client';
import { RefusalCounts } from './refusal-counts.ts';

it('refused webhooks are counted by cause, for health those of the last hour', async () => {
  const registry = new Registry();
  const counts = new RefusalCounts(registry);
  const minute = 60_000;
  counts.add('ingest.busy', 0);
  for (const at of [30, 40, 40]) counts.add('webhook.signature_wrong', at * minute);
  counts.add('ingest.busy', 50 * minute);
  assert.deepEqual(counts.ofLastHour(50 * minute), [
    { cause: 'webhook.signature_wrong', count: 3 },
    { cause: 'ingest.busy', count: 2 },
  ]);
  assert.deepEqual(counts.ofLastHour(95 * minute), [
    { cause: 'webhook.signature_wrong', count: 2 },
    { cause: 'ingest.busy', count: 1 },
  ]);
  assert.match(await registry.metrics(), /commandcenter_webhook_refusals_total\{cause="ingest.busy"\} 2/);
});
