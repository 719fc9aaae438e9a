import { decision } from './choose.ts';
import { type Decided, decide, undo } from './decisions.ts';
import { type Finding, inspect } from './oracle.ts';
import { peopleAround } from './oracle-values.ts';
import { fieldsOfTask, type LastValues } from './people.ts';
import { Random } from './random.ts';
import { comeToRest } from './rest.ts';
import type { World } from './world.ts';

/** Number of rounds until no conflict may be open. A decision may open a conflict in another project that follows the same issue. */
const MOST_ROUNDS = 5;

/**
 * Decides every open conflict of a world at rest, and then undoes one decision. Checks after each that both sides have the decided
 * values.
 */
export async function decideEverything(world: World): Promise<Finding[]> {
  const random = new Random(world.conflictIds.length);
  for (let round = 1; ; round += 1) {
    const open = world.conflicts.filter(({ isOpen }) => isOpen);
    if (open.length === 0) break;
    if (round > MOST_ROUNDS) return [{ check: 'conflicts without end', detail: `${open.length} are open` }];
    const made: (Decided | null)[] = [];
    for (const { id, field } of open) {
      // Look the conflict up again: the decision of another conflict of the task may have ended it.
      const conflict = world.conflicts.find((one) => one.id === id && one.isOpen);
      if (conflict !== undefined) made.push(await decide(world, conflict, decision(random, field, id)));
      await world.lookAround();
    }
    const findings = await inspectAfter(world, made);
    if (findings.length > 0) return findings;
  }
  const decided = world.conflicts.filter(({ isOpen }) => !isOpen);
  if (decided.length === 0) return [];
  const undone = await undo(world, random.pick(decided));
  return undone === null ? [...world.defects] : inspectAfter(world, [undone]);
}

async function inspectAfter(world: World, made: readonly (Decided | null)[]): Promise<Finding[]> {
  if (!(await comeToRest(world))) return [{ check: 'does not come to rest', detail: 'after a decision' }];
  await world.lookAround();
  const findings = await inspect(world);
  return findings.length > 0
    ? findings
    : checkTaken(
        world,
        made.filter((one) => one !== null),
      );
}

/**
 * Checks that the tasks have the decided values. Skips fields with a new conflict, and accepts either value if people with the same issue
 * decided twice.
 */
async function checkTaken(world: World, made: readonly Decided[]): Promise<Finding[]> {
  const links = await world.system.readLinks();
  const tasks = await world.system.readTasks();
  const around = (taskId: number): Set<LastValues> => new Set(peopleAround(world, links, taskId).present);
  const findings: Finding[] = [];
  for (const { taskId, field } of made) {
    const task = tasks.find(({ id }) => id === taskId);
    if (task === undefined || world.conflicts.some((one) => one.isOpen && one.field === field)) continue;
    const people = around(taskId);
    const wanted = made.filter((other) => other.field === field && !people.isDisjointFrom(around(other.taskId)));
    const value = fieldsOfTask(task)[field];
    if (!wanted.some((other) => other.value === value))
      findings.push({
        check: 'decision lost',
        detail: `the ${field} of task ${taskId} is "${value}", decided was "${wanted.map((one) => one.value).join('" and "')}"`,
      });
  }
  return findings;
}
