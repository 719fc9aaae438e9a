import type { Finding } from './oracle.ts';
import { peopleAround } from './oracle-values.ts';
import { fieldsOfIssue, fieldsOfTask, type IssueThread, type Scalar, sharedStatus } from './people.ts';
import { type ConflictState, isFollowed, type LinkState, type TaskState } from './system-interface.ts';
import type { World } from './world.ts';

export interface ConflictSides {
  tasks: ReadonlyMap<number, TaskState>;
  links: readonly LinkState[];
  conflicts: readonly ConflictState[];
}

/** Checks that open conflicts, frozen fields and link states agree, and that each conflict shows the last value of each side. */
export function checkConflicts(world: World, { tasks, links, conflicts }: ConflictSides): Finding[] {
  const findings: Finding[] = [];
  const open = conflicts.filter(({ isOpen }) => isOpen);
  for (const link of links) {
    const fields = open.filter(({ linkId }) => linkId === link.id).map(({ field }) => field);
    const name = `link ${link.id} of task ${link.taskId}`;
    if (link.taskId !== null && [...link.frozen].sort().join() !== [...fields].sort().join())
      findings.push({ check: 'frozen without a conflict', detail: `${name}: [${link.frozen}], open are [${fields}]` });
    if (link.taskId === null || !['in_sync', 'conflict'].includes(link.syncState)) continue;
    if ((link.syncState === 'conflict') !== fields.length > 0)
      findings.push({ check: 'state of a conflict', detail: `${name} is ${link.syncState}, open are [${fields}]` });
  }
  for (const conflict of open) {
    const { id, taskId, linkId, field } = conflict;
    const name = `conflict ${id} about the ${field} of task ${taskId}`;
    const task = tasks.get(taskId);
    const link = links.find((one) => one.id === linkId);
    if (link === undefined) findings.push({ check: 'open conflict without a link', detail: name });
    if (task === undefined || link === undefined) continue;
    if (conflict.ours !== task[field])
      findings.push({
        check: 'conflict shows ours wrongly',
        detail: `${name}: "${conflict.ours}", not "${task[field]}"`,
      });
    if (shared(conflict, 'theirs') === fieldsOfTask(task)[field])
      findings.push({ check: 'conflict about equal values', detail: `${name}: "${conflict.theirs}"` });
    const thread = isFollowed(link) ? world.threadOf(Number(link.externalId)) : undefined;
    const meant = thread === undefined ? [] : lastThere(world, thread, links, conflict);
    if (meant.length > 0 && !meant.includes(shared(conflict, 'theirs')))
      findings.push({
        check: 'conflict shows theirs wrongly',
        detail: `${name}: "${conflict.theirs}", but people last set "${meant.join('" and "')}"`,
      });
  }
  return findings;
}

/** Returns the values that people at the provider may have set last in the field; empty if the code under test could not know them. */
function lastThere(world: World, thread: IssueThread, links: readonly LinkState[], conflict: ConflictState): string[] {
  const { field, taskId } = conflict;
  if (thread.current === null) return [];
  const own = world.taskPeople.get(taskId);
  const { present, former } = peopleAround(world, links, taskId);
  if (former.some((side) => side.scalars.has(field))) return [];
  const there = fieldsOfIssue(thread.current)[field];
  const last = present.flatMap((side) => (side === own ? [] : (side.scalars.get(field) ?? [])));
  // The code under test cannot know a value at GitHub that its own write replaced before a webhook or response showed the value.
  const isKnown = (value: string): boolean => value === there || isShown(world, thread, field, value);
  if (!last.every(isKnown)) return [];
  return present.flatMap((side) => (side === own ? [] : side.lastOf(field)));
}

const isShown = ({ github }: World, { ids }: IssueThread, field: Scalar, value: string): boolean =>
  [...ids].some((id) => github.shown.has(`${id}/${field}/${value}`));

const shared = (conflict: ConflictState, side: 'ours' | 'theirs'): string =>
  conflict.field === 'status' ? sharedStatus(conflict[side]) : conflict[side];
