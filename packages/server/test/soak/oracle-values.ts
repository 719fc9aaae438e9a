import type { Finding } from './oracle.ts';
import {
  fieldsOfIssue,
  fieldsOfTask,
  type IssueThread,
  type LastValues,
  lists,
  type SharedFields,
  scalars,
} from './people.ts';
import { collaborators } from './repositories.ts';
import { isFollowed, type LinkState, type TaskState } from './system-interface.ts';
import type { World } from './world.ts';

export interface Pair {
  /** Name of the issue for messages. */
  name: string;
  thread: IssueThread;
  task: TaskState;
  link: LinkState;
  links: readonly LinkState[];
}

/** Checks that a task and its issue are equal, and that every value is one that people set last. */
export function compareValues(world: World, { name, thread, task, link, links }: Pair): Finding[] {
  if (thread.current === null) return [];
  const findings: Finding[] = [];
  const here = fieldsOfTask(task);
  const there = fieldsOfIssue(thread.current);
  const where = `task ${task.id} and ${name}`;
  const { present, former } = peopleAround(world, links, task.id);
  // True if a task of another project follows the same issue. That project sees edits of this task only with the times of the issue,
  // which do not order edits within one second.
  const isShared = links.some((one) => taskIdOf(one) !== task.id && thread.ids.has(one.externalId ?? ''));
  for (const field of scalars) {
    // The task and its issue may differ in a field that is frozen by a conflict, because the conflict shows both values.
    const isFrozen = link.frozen.includes(field);
    if (!isFrozen && here[field] !== there[field])
      findings.push({
        check: `different ${field}`,
        detail: `${where}: "${here[field]}" here, "${there[field]}" there`,
      });
    const meant = present.flatMap((side) => (isShared ? side.lastOf(field) : (side.scalars.get(field) ?? [])));
    // While a conflict of one task is open, its issue may keep an older value of that task, and tasks of other projects take this value
    // from the issue.
    const isUndecided = links.some((one) => one.frozen.includes(field) && thread.ids.has(one.externalId ?? ''));
    const unclear = former.some((side) => side.scalars.has(field)) || (isUndecided && !isFrozen);
    if (!unclear && meant.length > 0 && !meant.includes(here[field]))
      findings.push({
        check: `${field} nobody wants`,
        detail: `${where}: "${here[field]}", but people last set "${meant.join('" and "')}"`,
      });
  }
  for (const field of lists) {
    const sameItem = links.filter(({ externalId }) => externalId === link.externalId);
    const refused = new Set(sameItem.flatMap((one) => one.refused[field]).map((one) => one.toLowerCase()));
    const differing = here[field].symmetricDifference(there[field]).difference(refused);
    if (differing.size > 0)
      findings.push({
        check: `different ${field}`,
        detail: `${where}: ${show(here, field)} here, ${show(there, field)} there`,
      });
    for (const key of new Set(present.flatMap((side) => [...side.names.keys()]))) {
      const [list, one = ''] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)];
      if (
        list !== field ||
        refused.has(one) ||
        isUnassignable(field, one) ||
        former.some((side) => side.names.has(key))
      )
        continue;
      const meant = present.flatMap((side) => side.names.get(key) ?? []);
      if (!meant.includes(there[field].has(one)))
        findings.push({
          check: `${field} nobody wants`,
          detail: `${where}: "${one}" is ${meant[0] ? 'missing' : 'present'} against the last edit`,
        });
    }
  }
  return findings;
}

/**
 * Returns the people whose edits reach the task through followed links of existing issues (`present`), and those whose edits may have
 * reached it through other links (`former`). Such a link may no longer exist, because its issue turned out to belong to another task.
 */
export function peopleAround(
  world: World,
  links: readonly LinkState[],
  taskId: number,
): { present: LastValues[]; former: LastValues[] } {
  const isLive = (link: LinkState): boolean =>
    isFollowed(link) && world.threadOf(Number(link.externalId))?.current !== null;
  const present = connected(world, links.filter(isLive), taskId);
  const all = connected(world, [...links, ...world.editedLinks], taskId);
  return { present: [...present], former: [...all.difference(present)] };
}

function connected(world: World, links: readonly LinkState[], taskId: number): Set<LastValues> {
  const tasks = new Set([taskId]);
  const people = new Set<LastValues>();
  for (const id of tasks) {
    const own = world.taskPeople.get(id);
    if (own !== undefined) people.add(own);
    for (const link of links.filter((one) => taskIdOf(one) === id)) {
      const thread = world.threadOf(Number(link.externalId));
      if (thread === undefined) continue;
      people.add(thread.people);
      for (const other of links) {
        const otherId = taskIdOf(other);
        if (otherId !== null && thread.ids.has(other.externalId ?? '')) tasks.add(otherId);
      }
    }
  }
  return people;
}

/** Returns the task of a link even if it was deleted, because a write of a task may arrive after its deletion. */
const taskIdOf = ({ taskId, deletedTaskId }: LinkState): number | null => taskId ?? deletedTaskId;

const show = (fields: SharedFields, field: (typeof lists)[number]): string => `[${[...fields[field]].sort().join()}]`;

/** True for people who cannot be assigned to issues. GitHub drops them without an error. */
const isUnassignable = (field: (typeof lists)[number], name: string): boolean =>
  field === 'assignees' && !Object.hasOwn(collaborators, name);
