import type { Family } from './choose.ts';
import { hunt } from './hunt.ts';
import { createVirtualDatabase } from './virtual-database.ts';

/**
 * One process of `run.ts`: `hunt-process.ts <first seed> <end> <step> <families> <shrink runs>`. Sends the result of each schedule to its
 * parent.
 */
const [first = '', end = '', step = '', families = '', shrinkRuns = ''] = process.argv.slice(2);
const database = await createVirtualDatabase();
/** Number of shrunk failures per check, because shrinking one frequent bug again and again would take most of the time. */
const shrunk = new Map<string, number>();
const MOST_SHRUNK = 3;

function budget(check: string): number {
  const times = (shrunk.get(check) ?? 0) + 1;
  shrunk.set(check, times);
  return times > MOST_SHRUNK ? 0 : Number(shrinkRuns);
}

for (let seed = Number(first); seed < Number(end); seed += Number(step)) {
  const options = { families: families.split(',') as Family[], shrinkRuns: budget };
  process.send?.(await hunt(database, seed, options));
}
await database.destroy();
// Exit explicitly: the heartbeat of an import whose worker crashed in a schedule has a real timer, which would keep this process alive.
process.once('disconnect', () => process.exit());
process.disconnect();
