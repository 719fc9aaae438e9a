import { parseArgs } from 'node:util';
import { startTestServer } from '../harness/start-test-server.ts';
import { fuzz, printed } from './fuzz.ts';

/**
 * `npm run fuzz -- [--count 100000] [--seed 1] [--first 0]` sends random requests that are generated from `openapi.json`. Exits with 1 if
 * a response differs from its description. The same seed generates the same requests, except for the ids of objects.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
  },
});
const PROGRESS_EVERY = 5000;

await using _server = await startTestServer();
const startedAt = performance.now();
const { failures, statuses, succeeded } = await fuzz({
  seed: Number(values.seed),
  count: Number(values.count),
  first: Number(values.first),
  onProgress(done) {
    if (done % PROGRESS_EVERY === 0) console.log(`${done} requests`);
  },
});
for (const failure of failures) console.log(`\n${printed(failure)}`);
const seconds = (performance.now() - startedAt) / 1000;
const counts = [...statuses].sort(([left], [right]) => left - right).map(([status, times]) => `${times} × ${status}`);
console.log(`\n${values.count} requests in ${seconds.toFixed(0)} s: ${counts.join(', ')}.`);
console.log(`${succeeded.size} operations had a success; ${failures.length} responses were not as described.`);
process.exitCode = failures.length === 0 ? 0 : 1;
