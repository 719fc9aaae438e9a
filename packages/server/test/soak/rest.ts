import { answer, startWork } from './perform.ts';
import { openRepository } from './repositories.ts';
import type { WorkKind } from './system-interface.ts';
import type { World } from './world.ts';

/** Requests, pieces of work and waits until everything has to be at rest. */
const MOST_TURNS = 1500;
const LONGEST_WAIT_MS = 6 * 3_600_000;
const kinds: readonly WorkKind[] = ['deliveries', 'outbox', 'refetch', 'import', 'check', 'probe'];

/**
 * All faults end, all webhooks that were not lost arrive, and every worker works until nothing is left to do, a poll of every
 * repository included. Returns whether that came about.
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

/** Work that is due and was not started has no free worker: something that is under way has to go on first. */
function nextWait(due: number | null, timer: number | null): number | null {
  if (due === null || (due === 0 && timer !== null)) return timer;
  return timer === null ? due : Math.min(due, timer);
}

function timerWait({ scheduler }: World): number | null {
  const at = scheduler.clock.nextAt();
  return at === undefined ? null : Math.max(0, at - scheduler.clock.now());
}

/** Returns whether there was nothing to poll or every poll has been started. */
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
