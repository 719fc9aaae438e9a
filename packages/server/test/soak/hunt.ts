import fc from 'fast-check';
import type { Action, Schedule, WorldOptions } from './actions.ts';
import { type Family, type Step, stepKinds } from './choose.ts';
import { Random } from './random.ts';
import { type Outcome, replay, runSteps } from './schedule.ts';
import { shrink } from './shrink.ts';
import type { VirtualDatabase } from './virtual-database.ts';

export interface Failure {
  check: string;
  detail: string;
  seed: number;
  schedule: Schedule;
}

export interface HuntOptions {
  families: readonly Family[];
  /** Returns the number of schedules that may be run to shrink a failure of this check. */
  shrinkRuns(check: string): number;
}

const FEWEST_STEPS = 8;
const MOST_STEPS = 77;
/** Conflict policies to choose from; undefined means `newest`. `manual` is listed twice because most can go wrong with it. */
const policies = [undefined, undefined, 'remote', 'local', 'manual', 'manual'] as const;

function schedules(families: readonly Family[]): fc.Arbitrary<{ world: WorldOptions; steps: Step[] }> {
  const has = (family: Family): boolean => families.includes(family);
  const kinds = stepKinds.filter(({ family }) => has(family));
  const kind = fc.oneof(...kinds.map((one) => ({ arbitrary: fc.constant(one.kind), weight: one.weight })));
  const hour = 3_600_000;
  return fc.record({
    world: fc.record({
      skewMs: has('skew') ? fc.constantFrom(0, 0, hour, -hour, 1500, -1500) : fc.constant(0),
      webhooks: has('polling') ? fc.constantFrom(true, true, true, false) : fc.constant(true),
      integrations: fc.constantFrom<WorldOptions['integrations'][]>(
        'one',
        ...(has('projects') ? (['two projects'] as const) : []),
        ...(has('overlap') ? (['overlap'] as const) : []),
      ),
      policy: fc.nat().map((seed) => (has('policies') ? new Random(seed).pick(policies) : undefined)),
    }),
    steps: fc.array(fc.record({ kind, seed: fc.nat() }), {
      minLength: FEWEST_STEPS,
      maxLength: MOST_STEPS,
      size: 'max',
    }),
  });
}

/** Runs the schedule of one seed. Returns its failure with as few actions as possible, or null if it passes. */
export async function hunt(database: VirtualDatabase, seed: number, options: HuntOptions): Promise<Failure | null> {
  let outcome: Outcome | undefined;
  const property = fc.asyncProperty(schedules(options.families), async ({ world, steps }) => {
    outcome = await runSteps(database, world, steps);
  });
  await fc.assert(property, { seed, numRuns: 1, unbiased: true, endOnFailure: true });
  const [first] = outcome?.findings ?? [];
  if (outcome === undefined || first === undefined) return null;
  const { world, actions } = outcome.schedule;
  let finding = first;
  const stillFails = async (fewer: readonly Action[]): Promise<boolean> => {
    const { findings } = await replay(database, { world, actions: fewer });
    // Ignore other failures that appear while this one is shrunk.
    const same = findings.find(({ check }) => check === first.check);
    if (same !== undefined) finding = same;
    return same !== undefined;
  };
  const fewest = await shrink(actions, stillFails, options.shrinkRuns(first.check));
  return { ...finding, seed, schedule: { world, actions: fewest } };
}

/** Returns the kinds of all actions of a schedule. They are equal for failures that look alike. */
export const shapeOf = ({ actions }: Schedule): string => actions.map(nameOf).join(', ');

const nameOf = (action: Action): string => {
  if ('edit' in action) return `${action.do}: ${action.edit}`;
  if (action.do === 'answer') return `answer: ${action.how.kind}`;
  if (action.do === 'start') return `start ${action.work}`;
  return action.do;
};

/** Returns the schedule as source code for `replay`. */
export const printed = ({ world, actions }: Schedule): string =>
  `{ world: ${JSON.stringify(world)}, actions: [\n${actions.map((action) => `  ${JSON.stringify(action)},`).join('\n')}\n] }`;
