import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz, printed } from './fuzz.ts';

/** Number of requests, which take about 20 s on two cores. `npm run fuzz` sends any number of others. */
const REQUESTS = 3000;
const SEED = 1;

test('every response to a random request is one that the API description names', async () => {
  const { failures, statuses, succeeded } = await fuzz({ seed: SEED, count: REQUESTS });
  assert.equal(failures.length, 0, failures.slice(0, 10).map(printed).join('\n\n'));
  // If all requests were refused early, the test would prove little.
  for (const status of [200, 201, 400, 401, 404, 409, 413, 414, 415, 422, 431])
    assert.ok(statuses.has(status), `${status}`);
  assert.ok(succeeded.size >= 55, `only ${[...succeeded].sort().join()} succeeded`);
});
