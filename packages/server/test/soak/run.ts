import { fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startTestServer } from '../harness/start-test-server.ts';
import { families } from './choose.ts';
import { type Failure, printed, shapeOf } from './hunt.ts';

/**
 * `npm run soak -- --count 1000 [--seed 1] [--families base,faults] [--without overlap] [--processes 2] [--shrink 150]` runs random
 * schedules of two-way sync. Exits with 1 if one failed.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    families: { type: 'string' },
    without: { type: 'string', default: '' },
    processes: { type: 'string', default: '1' },
    shrink: { type: 'string', default: '150' },
  },
});
const without = values.without.split(',');
const chosen: string[] = values.families?.split(',') ?? families.filter((family) => !without.includes(family));
const unknown = [...chosen, ...without].filter((name) => name !== '' && !families.some((family) => family === name));
if (unknown.length > 0) throw new Error(`There is no family ${unknown.join()}; there are ${families.join()}.`);

/** Check and shape of each failure. A failure that looks like an earlier one is not printed in full again. */
const shapes = new Set<string>();
const byCheck = new Map<string, number>();
const started = performance.now();
let done = 0;

await runAll();
console.log(`\n${progress()}`);
for (const [check, times] of [...byCheck].sort((left, right) => right[1] - left[1])) console.log(`${times} × ${check}`);
process.exitCode = shapes.size === 0 ? 0 : 1;

async function runAll(): Promise<void> {
  await using _server = await startTestServer();
  const processes = Number(values.processes);
  await Promise.all(Array.from({ length: processes }, (_, part) => runPart(part, processes)));
}

function runPart(part: number, processes: number): Promise<void> {
  const first = Number(values.seed);
  const numbers = [first + part, first + Number(values.count), processes];
  const child = fork(join(import.meta.dirname, 'hunt-process.ts'), [
    ...numbers.map(String),
    chosen.join(),
    values.shrink,
  ]);
  child.on('message', (message) => report(message as Failure | null));
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A process ended with ${code}.`))));
  });
}

function report(failure: Failure | null): void {
  done += 1;
  if (failure !== null) {
    byCheck.set(failure.check, (byCheck.get(failure.check) ?? 0) + 1);
    const key = `${failure.check}\n${shapeOf(failure.schedule)}`;
    const isNew = !shapes.has(key);
    shapes.add(key);
    const { seed, check, detail, schedule } = failure;
    console.log(`seed ${seed}: ${check}: ${detail}${isNew ? `\n${printed(schedule)}` : ' (as before)'}`);
  }
  if (done % 100 === 0) console.log(progress());
}

function progress(): string {
  const failed = [...byCheck.values()].reduce((total, times) => total + times, 0);
  const rate = done / ((performance.now() - started) / 60_000);
  return `${done} schedules, ${failed} failed, ${rate.toFixed(0)} a minute`;
}
