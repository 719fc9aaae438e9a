import { checkConflicts } from './oracle-conflicts.ts';
import { compareValues } from './oracle-values.ts';
import type { IssueThread } from './people.ts';
import { answer, startWork } from './perform.ts';
import { fullName } from './repositories.ts';
import { type ConflictState, isFollowed, type LinkState, type TaskState } from './system-interface.ts';
import type { World } from './world.ts';

export interface Finding {
  check: string;
  detail: string;
}

/** Number of write requests that one edit or one fault may cause. `FREE_WRITES` are allowed in any schedule. */
const WRITES_PER_CAUSE = 8;
const FREE_WRITES = 10;

/** Checks everything that must hold when a schedule has come to rest. */
export async function inspect(world: World): Promise<Finding[]> {
  const findings: Finding[] = [...world.defects];
  const before = await readSides(world);
  findings.push(...checkLinks(world, before), ...checkIssues(world, before), ...checkNothingLost(before, world));
  findings.push(...checkConflicts(world, before));
  const { writes } = world.github;
  const most = FREE_WRITES + WRITES_PER_CAUSE * world.causes;
  if (writes.length > most)
    findings.push({ check: 'too many writes', detail: `${writes.length} writes for ${world.causes} edits and faults` });
  for (const { kind, method, path, detail } of world.github.violations)
    findings.push({ check: `misbehavior: ${kind}`, detail: `${method} ${path}: ${detail}` });
  return findings;
}

interface Sides {
  tasks: Map<number, TaskState>;
  links: LinkState[];
  records: Map<number, string>;
  conflicts: ConflictState[];
}

async function readSides({ system }: World): Promise<Sides> {
  const tasks = new Map((await system.readTasks()).map((task) => [task.id, task]));
  const [links, records, conflicts] = [
    await system.readLinks(),
    await system.readRecords(),
    await system.readConflicts(),
  ];
  return { tasks, links, records, conflicts };
}

function checkLinks(world: World, { links }: Sides): Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, LinkState>();
  const perRepository = new Map<string, LinkState>();
  for (const link of links) {
    const name = `link ${link.id} of task ${link.taskId} to ${link.externalId}`;
    const key = `${link.projectId}/${link.externalId}`;
    const other = link.externalId === null ? undefined : seen.get(key);
    if (other !== undefined)
      findings.push({
        check: 'two links of one item',
        detail: `${name}, and link ${other.id} of task ${other.taskId}`,
      });
    seen.set(key, link);
    if (!isFollowed(link)) continue;
    const place = `${link.taskId}/${link.repositoryId}`;
    if (perRepository.has(place)) findings.push({ check: 'two issues of one task', detail: name });
    perRepository.set(place, link);
    if (link.syncState === 'pending')
      findings.push({ check: 'pending at rest', detail: `${name}: ${link.lastError ?? 'no error'}` });
    const thread = link.externalId === null ? undefined : world.threadOf(Number(link.externalId));
    if (['in_sync', 'conflict'].includes(link.syncState) && String(thread?.current?.id) !== link.externalId)
      findings.push({ check: 'in_sync without an item', detail: `${name}; the item is ${place_(thread)}` });
  }
  return findings;
}

const place_ = (thread: IssueThread | undefined): string =>
  thread === undefined ? 'unknown' : thread.current === null ? 'deleted' : `now ${thread.current.id}`;

/** Checks that every issue has one task in each project, which is equal to it, unless a person has deleted either. */
function checkIssues(world: World, { tasks, links }: Sides): Finding[] {
  const findings: Finding[] = [];
  const projects = new Set(world.system.integrations.map(({ projectId }) => projectId));
  for (const thread of world.issues) {
    const issue = thread.current;
    if (issue === null) continue;
    const name = `${fullName(issue.repository)}#${issue.number} (${issue.id})`;
    for (const projectId of projects) {
      const own = links.filter((link) => link.projectId === projectId && thread.ids.has(link.externalId ?? ''));
      const followed = own.filter(isFollowed);
      const linkedTasks = new Set(followed.map(({ taskId }) => taskId));
      if (linkedTasks.size > 1)
        findings.push({
          check: 'two tasks of one item',
          detail: `${name} has the tasks ${[...linkedTasks].join(' and ')}`,
        });
      const link = followed.find(({ externalId }) => externalId === String(issue.id));
      if (link === undefined) {
        const state =
          own[0] === undefined ? 'no link' : `link ${own[0].id} is ${own[0].syncState} (${own[0].lastError})`;
        if (!own.some(({ taskId }) => taskId === null) && world.isKnowable(issue.repository))
          findings.push({ check: 'issue without a task', detail: `${name}: ${state}` });
        continue;
      }
      if (!['in_sync', 'conflict', 'pending'].includes(link.syncState))
        findings.push({
          check: 'error at rest',
          detail: `${name}: link ${link.id} is ${link.syncState}: ${link.lastError}`,
        });
      findings.push(...checkMoved(world, name, thread, link, links));
      const task = tasks.get(link.taskId ?? 0);
      if (task !== undefined) findings.push(...compareValues(world, { name, thread, task, link, links }));
    }
  }
  return findings;
}

/**
 * Checks that the task of an issue that moved still follows it, unless the task has, or may have had, another item in the issue's new
 * repository.
 */
function checkMoved(
  world: World,
  name: string,
  thread: IssueThread,
  link: LinkState,
  links: readonly LinkState[],
): Finding[] {
  const left = links.filter(({ id, taskId, projectId, externalId }) => {
    const same = id !== link.id && projectId === link.projectId && thread.ids.has(externalId ?? '');
    return same && taskId !== null && taskId !== link.taskId;
  });
  return left.flatMap(({ taskId, externalId }) => {
    const others = links.filter((one) => one.taskId === taskId && !thread.ids.has(one.externalId ?? ''));
    const hasMoved = ({ externalId: other }: LinkState) => (world.threadOf(Number(other))?.ids.size ?? 1) > 1;
    if (others.some((one) => isFollowed(one) || one.repositoryId === link.repositoryId || hasMoved(one))) return [];
    const detail = `${name} has task ${link.taskId}, but task ${taskId} was linked to it as ${externalId}`;
    return [{ check: 'another task after a move', detail }];
  });
}

/**
 * Checks that no edit at GitHub is lost: a value that a person set, that we were shown and that our write replaced must be in the task's
 * history or in a conflict.
 */
function checkNothingLost({ links, records }: Sides, world: World): Finding[] {
  const findings: Finding[] = [];
  for (const thread of world.issues) {
    for (const { field, value, issueId } of thread.overwritten) {
      if (field !== 'title' && field !== 'description') continue;
      if (!world.wasShownToAll(`${issueId}/${field}/${value}`)) continue;
      const linked = links.filter((one) => thread.ids.has(one.externalId ?? ''));
      const tasks = linked.flatMap(({ taskId }) => taskId ?? []);
      // Skip deleted tasks, because nobody can see their conflicts.
      if (linked.some(({ deletedTaskId }) => deletedTaskId !== null)) continue;
      if (tasks.length === 0 || tasks.some((id) => records.get(id)?.includes(JSON.stringify(value)))) continue;
      const detail = `task ${tasks.join(' and ')}: our write replaced the ${field} "${value}" that a person set at GitHub, and no record names it`;
      findings.push({ check: 'edit lost silently', detail });
    }
  }
  return findings;
}

/** Imports every repository once more and checks that nothing changes on either side. */
export async function checkSecondImport(world: World): Promise<Finding[]> {
  const before = await readSides(world);
  const writes = world.github.writes.length;
  for (const { current } of world.repositories.filter((slot) => world.isKnowable(slot.current))) {
    const [owner = '', name = ''] = fullName(current).split('/');
    for (const { id } of world.system.integrations) await world.system.requestImport(id, { owner, name });
  }
  for (const kind of ['import', 'deliveries', 'outbox', 'refetch'] as const) {
    while (await startWork(world, kind)) {
      for (let [request] = world.scheduler.requests; request !== undefined; [request] = world.scheduler.requests)
        await answer(world, request, { kind: 'ok' });
    }
  }
  const findings: Finding[] = [];
  const written = world.github.writes.slice(writes);
  if (written.length > 0)
    findings.push({
      check: 'second import writes',
      detail: written.map(({ method, path }) => `${method} ${path}`).join(),
    });
  const after = await readSides(world);
  const known = versions(before);
  const changed = versions(after).filter((version) => !known.includes(version));
  if (changed.length > 0) findings.push({ check: 'second import changes tasks', detail: changed.join('; ') });
  return [...findings, ...world.defects];
}

const versions = ({ tasks, links, conflicts }: Sides): string[] => [
  ...[...tasks.values()].map(({ id, version }) => `task ${id} version ${version}`),
  ...links.map(({ id, taskId, externalId, syncState }) => `link ${id} ${taskId} ${externalId} ${syncState}`),
  ...conflicts.map(({ id, ours, theirs, isOpen }) => `conflict ${id} ${ours} ${theirs} ${isOpen}`),
];
