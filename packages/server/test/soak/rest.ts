import { answer, startWork } from './perform.ts';
import { openRepository } from './repositories.ts';
import type { WorkKind } from './system-interface.ts';
import type { World } from './world.ts';

/** Number of requests, pieces of work and waits after which everything must be at rest. */
const MOST_TURNS = 1500;
const LONGEST_WAIT_MS = 6 * 3_600_000;
const kinds: readonly WorkKind[] = ['deliveries', 'outbox', 'refetch', 'import', 'check', 'probe'];

/**
 * Ends all faults, delivers all webhooks that were not lost, and lets all workers work until nothing is left to do, including a poll of
 * every repository. Returns false if that never happens.
 */
export async function comeToRest(world: World): Promise<boolean> {
  const { scheduler, github, system } = world;
  endObstacles(world);
  for (let turns = 0, polledInVain = false; turns < MOST_TURNS; turns += 1) {
    if (github.pending.length > 0) {
      await arrive(world);
      continue;
    }
    const [request] = scheduler.requests;
    if (request !== undefined) {
      await answer(world, request, { kind: 'ok' });
      continue;
    }
    if (await startDueWork(world)) {
      polledInVain = false;
      continue;
    }
    const wait = nextWait(await system.nextDueMs(), timerWait(world));
    if (wait !== null) {
      if (wait > LONGEST_WAIT_MS) return false;
      await scheduler.advanceTo(scheduler.clock.now() + Math.max(wait, 1));
      continue;
    }
    if (polledInVain) return true;
    polledInVain = await pollEverything(world);
  }
  return false;
}

export function endObstacles(world: World): void {
  world.github.outage = null;
  world.github.fake.clearFaults();
  world.setTokenRevoked(false);
  world.needsTest = true;
  for (const slot of world.repositories) openRepository(world.github.fake, slot);
}

async function arrive({ github, system }: World): Promise<void> {
  const arriving = github.pending;
  github.pending = [];
  for (const delivery of arriving) {
    github.noteDelivered(delivery);
    await system.storeDelivery(Number(delivery.hook.url.split('/').at(-1)), delivery, 0);
  }
}

async function startDueWork(world: World): Promise<boolean> {
  if (world.needsTest) {
    world.needsTest = false;
    return startWork(world, 'test');
  }
  for (const kind of kinds) if (await startWork(world, kind)) return true;
  return false;
}

/**
 * Returns the milliseconds to the next event. Work that is due now but was not started has no free worker, so a timer of running work
 * must fire first.
 */
function nextWait(due: number | null, timer: number | null): number | null {
  if (due === null || (due === 0 && timer !== null)) return timer;
  return timer === null ? due : Math.min(due, timer);
}

function timerWait({ scheduler }: World): number | null {
  const at = scheduler.clock.nextAt();
  return at === undefined ? null : Math.max(0, at - scheduler.clock.now());
}

/** Runs all polls. Returns true, which means that there was nothing to poll or that every poll was started. */
async function pollEverything(world: World): Promise<boolean> {
  const { scheduler, system } = world;
  const wait = await system.pollsDueMs();
  if (wait === null) return true;
  await scheduler.advanceTo(scheduler.clock.now() + wait + 1);
  while (await startWork(world, 'poll')) {
    for (let [request] = scheduler.requests; request !== undefined; [request] = scheduler.requests)
      await answer(world, request, { kind: 'ok' });
  }
  return true;
}
