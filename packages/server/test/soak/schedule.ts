import type { Action, Schedule, WorldOptions } from './actions.ts';
import { choose, type Step } from './choose.ts';
import { decideEverything } from './final-decisions.ts';
import { checkSecondImport, type Finding, inspect } from './oracle.ts';
import { perform } from './perform.ts';
import { comeToRest } from './rest.ts';
import type { VirtualDatabase } from './virtual-database.ts';
import { World } from './world.ts';

export interface Outcome {
  findings: Finding[];
  /** The actions that were chosen for the random steps, in the order in which they were performed. */
  schedule: Schedule;
  requests: number;
}

/** Actions at the beginning of every random schedule: they create two linked issues and a task that waits for its issue. */
const opening: readonly Action[] = [
  { do: 'create issue', repository: 0, title: 'First' },
  { do: 'create issue', repository: 1, title: 'Second' },
  { do: 'deliver', webhooks: [0, 1] },
  { do: 'create task', title: 'Third' },
  { do: 'request issue', task: 2, repository: 0 },
];

/** Chooses an action for each step, and performs it. */
export const runSteps = (database: VirtualDatabase, options: WorldOptions, steps: readonly Step[]): Promise<Outcome> =>
  inWorld(database, options, async (world, act) => {
    for (const action of opening) await act(action);
    for (const [index, step] of steps.entries()) {
      const action = choose(world, step, index + 1);
      if (action !== null) await act(action);
    }
  });

/** Runs a schedule that was printed or written by hand. */
export const replay = (database: VirtualDatabase, { world: options, actions }: Schedule): Promise<Outcome> =>
  inWorld(database, options, async (_, act) => {
    for (const action of actions) await act(action);
  });

async function inWorld(
  database: VirtualDatabase,
  options: WorldOptions,
  play: (world: World, act: (action: Action) => Promise<void>) => Promise<void>,
): Promise<Outcome> {
  const world = await World.create(database, options);
  const actions: Action[] = [];
  try {
    await play(world, async (action) => {
      actions.push(action);
      if (process.env.SOAK_TRACE !== undefined) console.error(JSON.stringify(action));
      await perform(world, action);
    });
    const findings = await inspectEnd(world);
    return { findings, schedule: { world: options, actions }, requests: world.github.fake.requests.total };
  } finally {
    await world.close();
  }
}

/** Lets everything come to rest, runs all checks, decides the open conflicts, and checks that a second import changes nothing. */
async function inspectEnd(world: World): Promise<Finding[]> {
  if (!(await comeToRest(world))) {
    const detail = `${world.scheduler.requests.length} requests wait`;
    return [...world.defects, { check: 'does not come to rest', detail }];
  }
  await world.lookAround();
  const findings = await inspect(world);
  if (findings.length === 0 && world.options.policy !== undefined) findings.push(...(await decideEverything(world)));
  if (findings.length === 0) findings.push(...(await checkSecondImport(world)));
  return findings;
}
