import { parseArgs } from 'node:util';
import { startTestServer } from '../harness/start-test-server.ts';
import { fuzz, printed } from './fuzz.ts';

/**
 * `npm run fuzz -- [--count 100000] [--seed 1] [--first 0]`: random requests that are made from `openapi.json`. Exits with 1 when a response
 * was not as described. The same seed makes the same requests; objects that they name have other ids.
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
