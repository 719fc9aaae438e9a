import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Family, families } from './choose.ts';
import { hunt, printed } from './hunt.ts';
import { createVirtualDatabase, type VirtualDatabase } from './virtual-database.ts';

/** Number of schedules, which take about 70 s on one core. `npm run soak` runs any number of others. */
const SCHEDULES = 110;
const FIRST_SEED = 1;
/** All families except `overlap`, which has tests of its own. */
const chosen = families.filter((family: Family) => family !== 'overlap');

let database: VirtualDatabase;
before(async () => {
  database = await createVirtualDatabase();
});
after(() => database.destroy());

test('both sides are equal after every random schedule, and no edit is lost', async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed += 1) {
    const failure = await hunt(database, seed, { families: chosen, shrinkRuns: () => 60 });
    if (failure === null) continue;
    assert.fail(`seed ${seed}: ${failure.check}: ${failure.detail}\n${printed(failure.schedule)}`);
  }
});
