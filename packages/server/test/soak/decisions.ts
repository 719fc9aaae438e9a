import type { Decision } from './actions.ts';
import { LastValues, type Scalar, sharedStatus } from './people.ts';
import type { ConflictState } from './system-interface.ts';
import type { World } from './world.ts';

/** The value that a person has set in a field of a task by deciding a conflict. */
export interface Decided {
  taskId: number;
  field: Scalar;
  value: string;
}

/** Decides a conflict as a person. Returns null if the server refuses. */
export function decide(world: World, conflict: ConflictState, decision: Decision): Promise<Decided | null> {
  const { id, ours, theirs } = conflict;
  const value = decision.take === 'value' ? decision.value : decision.take === 'ours' ? ours : theirs;
  return settle(
    world,
    conflict,
    () => world.system.decide(id, decision),
    () => value,
  );
}

/** Undoes the decision of a conflict as a person. Returns null if the server refuses. */
export function undo(world: World, conflict: ConflictState): Promise<Decided | null> {
  const { id, ours, theirs } = conflict;
  return settle(
    world,
    conflict,
    () => world.system.undo(id),
    (before) => (before === ours ? theirs : ours),
  );
}

/**
 * Decides a conflict or undoes its decision by calling `act`, and checks that the task then has the expected value. Returns null if the
 * server refuses.
 *
 * @param expected returns the value that the task must have afterwards, given the one before
 */
async function settle(
  world: World,
  { id, taskId, field }: ConflictState,
  act: () => Promise<boolean>,
  expected: (before: string) => string,
): Promise<Decided | null> {
  const read = async (): Promise<string> => {
    const task = (await world.system.readTasks()).find((one) => one.id === taskId);
    return String(task?.[field]);
  };
  const before = await read();
  let done = false;
  await world.editedHere(taskId, async () => {
    done = await act();
  });
  if (!done) return null;
  world.causes += 1;
  const value = await read();
  if (value !== expected(before))
    world.defects.push({
      check: 'decision not taken',
      detail: `conflict ${id}: "${value}" instead of "${expected(before)}"`,
    });
  const decided = { taskId, field, value: field === 'status' ? sharedStatus(value) : value };
  // Record the decided value as set by a person even if the task already had it, because the person has chosen it.
  const people = world.taskPeople.get(taskId) ?? new LastValues();
  world.taskPeople.set(taskId, people);
  people.set(field, decided.value, world.scheduler.githubTime());
  return decided;
}
