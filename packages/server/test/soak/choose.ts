import type { TaskFields } from '../../src/tasks/task.ts';
import type { Action, Decision, IssueEdit, RepositoryEdit } from './actions.ts';
import type { How } from './github-side.ts';
import type { Scalar } from './people.ts';
import { Random } from './random.ts';
import { fullName } from './repositories.ts';
import type { WorkKind } from './system-interface.ts';
import type { World } from './world.ts';

export const families = [
  'base',
  'faults',
  'crashes',
  'losses',
  'deletes',
  'transfers',
  'imports',
  'limits',
  'outages',
  'tokens',
  'repositories',
  /** Family of schedules in which GitHub's clock differs from ours. */
  'skew',
  /** Family of schedules of which some have no webhooks, so that only polling shows changes. */
  'polling',
  /** Family of schedules in which two projects follow the same repositories. */
  'projects',
  /** Family of schedules in which two integrations of one project follow the same repositories. */
  'overlap',
  /**
   * Family of schedules of which some have another conflict policy than `newest`, and in which people decide conflicts and undo
   * decisions.
   */
  'policies',
] as const;
export type Family = (typeof families)[number];

/** The kinds of steps, each with its weight in the random choice and its family. */
export const stepKinds = [
  { kind: 'here', weight: 8, family: 'base' },
  { kind: 'there', weight: 8, family: 'base' },
  { kind: 'work', weight: 16, family: 'base' },
  { kind: 'deliver', weight: 6, family: 'base' },
  { kind: 'time', weight: 5, family: 'base' },
  { kind: 'create', weight: 3, family: 'base' },
  { kind: 'fault', weight: 6, family: 'faults' },
  { kind: 'crash', weight: 2, family: 'crashes' },
  { kind: 'lose', weight: 2, family: 'losses' },
  { kind: 'delete', weight: 2, family: 'deletes' },
  { kind: 'transfer', weight: 2, family: 'transfers' },
  { kind: 'import', weight: 1, family: 'imports' },
  { kind: 'limit', weight: 1, family: 'limits' },
  { kind: 'outage', weight: 1, family: 'outages' },
  { kind: 'token', weight: 1, family: 'tokens' },
  { kind: 'repository', weight: 2, family: 'repositories' },
  { kind: 'conflict', weight: 4, family: 'policies' },
] as const satisfies { kind: string; weight: number; family: Family }[];
export type StepKind = (typeof stepKinds)[number]['kind'];

export interface Step {
  kind: StepKind;
  seed: number;
}

const labels = ['bug', 'ui', 'Docs', 'urgent', 'priority: low'];
const logins = ['octocat', 'hubot', 'stranger'];

/**
 * Returns the action that a step stands for in the present state of the world, or null if it would act on something that does not exist.
 */
export function choose(world: World, { kind, seed }: Step, number: number): Action | null {
  const random = new Random(seed);
  const { scheduler, github, issues, taskIds } = world;
  const task = random.below(Math.max(1, taskIds.length));
  const issue = (random.chance(0.6) ? issueUnderWay(world) : undefined) ?? random.below(Math.max(1, issues.length));
  const repository = random.below(world.repositories.length);
  const request = random.below(Math.max(1, scheduler.requests.length));
  switch (kind) {
    case 'here':
      return (
        (disputes(world, random) ? editAgain(world, random, number) : null) ??
        ({ do: 'edit task', task, fields: taskEdit(random, number) } as const)
      );
    case 'there':
      return (
        (disputes(world, random) ? rivalEdit(world, random, number) : null) ??
        ({ do: 'edit issue', issue, ...issueEdit(random, number) } as const)
      );
    case 'work':
      if (scheduler.requests.length > 0 && random.chance(0.5)) return { do: 'answer', request, how: { kind: 'ok' } };
      if (random.chance(0.35)) return { do: 'run', until: random.pick(['PATCH', 'POST|DELETE|PUT', 'POST|PATCH']) };
      return random.chance(0.1) ? { do: 'run' } : { do: 'start', work: random.pick(weightedWork) };
    case 'deliver': {
      const count = github.pending.length;
      if (count === 0) return null;
      const amount = 1 + random.below(Math.min(4, count));
      return { do: 'deliver', webhooks: places(random, amount, count) };
    }
    case 'time':
      return { do: 'wait', ms: random.pick([50, 400, 900, 1000, 1000, 2500, 2500, 8000, 8000, 16_000, 65_000]) };
    case 'create':
      if (random.chance(0.3)) return { do: 'create issue', repository, title: `There ${number}` };
      if (random.chance(0.4)) return { do: 'create task', title: `Here ${number}` };
      return { do: 'request issue', task, repository };
    case 'fault':
      return scheduler.requests.length === 0 ? null : { do: 'answer', request, how: fault(random) };
    case 'crash':
      return scheduler.requests.length === 0 ? null : { do: 'crash', request, carriedOut: random.chance(0.5) };
    case 'lose':
      return losable(world, random);
    // Deletions and moves of issues need webhooks, because nothing else shows them.
    case 'delete':
      return !world.options.webhooks || random.chance(0.5)
        ? { do: 'delete task', task }
        : { do: 'edit issue', issue, edit: 'delete' };
    case 'transfer':
      return world.options.webhooks ? { do: 'edit issue', issue, edit: 'transfer', to: repository } : null;
    case 'import':
      return { do: 'request import', repository };
    case 'limit':
      return { do: 'limit', kind: random.pick(['primary', 'secondary']), seconds: random.pick([3, 20, 90]) };
    case 'outage':
      return {
        do: 'outage',
        how: random.pick<How | null>([null, { kind: 'refused' }, { kind: 'status', status: 503 }]),
      };
    case 'token':
      return { do: 'token', revoked: random.chance(0.5) };
    case 'repository':
      return { do: 'edit repository', repository, ...random.pick(repositoryEdits) };
    case 'conflict':
      return conflictAction(world, random, number);
  }
}

/** Returns the number of the issue that the newest parked request names, so that people often edit the issue that we work on. */
function issueUnderWay({ scheduler, issues }: World): number | undefined {
  for (const { url } of scheduler.requests.toReversed()) {
    const [, name, number] = /^\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)/.exec(url.pathname) ?? [];
    const place = issues.findIndex(
      ({ current }) => current !== null && fullName(current.repository) === name && String(current.number) === number,
    );
    if (place >= 0) return place;
  }
  return undefined;
}

const weightedWork: readonly WorkKind[] = [
  'outbox',
  'outbox',
  'outbox',
  'outbox',
  'refetch',
  'refetch',
  'poll',
  'poll',
  'check',
  'probe',
  'import',
];

const repositoryEdits: readonly RepositoryEdit[] = [
  { edit: 'rename' },
  { edit: 'recreate' },
  { edit: 'archive' },
  { edit: 'unarchive' },
  { edit: 'disable issues' },
  { edit: 'enable issues' },
  { edit: 'hide' },
  { edit: 'readonly' },
  { edit: 'grant' },
];

function taskEdit(random: Random, number: number): Partial<TaskFields> {
  switch (random.below(6)) {
    case 0:
      return { title: `Here ${number}` };
    case 1:
      return { description: `Text here ${number}` };
    case 2:
      return { status: random.pick(['todo', 'in_progress', 'blocked', 'done', 'cancelled'] as const) };
    case 3:
      return { priority: random.pick(['high', 'medium', 'low'] as const) };
    case 4:
      return { labels: labels.slice(0, 3).filter(() => random.chance(0.4)) };
    default:
      return { assignees: logins.filter(() => random.chance(0.4)) };
  }
}

function issueEdit(random: Random, number: number): IssueEdit {
  switch (random.below(8)) {
    case 0:
      return { edit: 'title', text: `There ${number}` };
    case 1:
      return { edit: 'body', text: `Text there ${number}` };
    case 2:
      return { edit: 'label', name: random.pick(labels) };
    case 3:
      return { edit: 'unlabel', name: random.pick(labels) };
    case 4:
      return { edit: 'assign', login: random.pick(logins) };
    case 5:
      return { edit: 'unassign', login: random.pick(logins) };
    case 6:
      return { edit: 'close', reason: random.pick(['completed', 'not_planned'] as const) };
    default:
      return { edit: 'reopen' };
  }
}

/** True if a step makes people edit a field that is already disputed, because the conflict policy decides only about such fields. */
const disputes = ({ options }: World, random: Random): boolean => options.policy !== undefined && random.chance(0.5);

/** Edits the field of an existing conflict once more in our task. */
function editAgain({ conflicts, taskIds }: World, random: Random, number: number): Action | null {
  if (conflicts.length === 0) return null;
  const { taskId, field } = random.pick(conflicts);
  const task = taskIds.indexOf(taskId);
  if (field === 'status')
    return { do: 'edit task', task, fields: { status: random.pick(['todo', 'in_progress', 'done', 'cancelled']) } };
  if (field === 'priority')
    return { do: 'edit task', task, fields: { priority: random.pick(['high', 'medium', 'low']) } };
  return { do: 'edit task', task, fields: { [field]: `Again here ${number}` } };
}

/** Edits the field at GitHub that was edited last in our task, with another value. */
function rivalEdit({ lastEdit, editedLinks, issues }: World, random: Random, number: number): Action | null {
  if (lastEdit === null) return null;
  const { taskId, fields } = lastEdit;
  const links = editedLinks.filter((link) => link.taskId === taskId);
  const issue = issues.findLastIndex(({ ids }) => links.some(({ externalId }) => ids.has(externalId ?? '')));
  if (issue < 0) return null;
  const to = { do: 'edit issue', issue } as const;
  if (fields.title !== undefined) return { ...to, edit: 'title', text: `There ${number}` };
  if (fields.description !== undefined) return { ...to, edit: 'body', text: `Text there ${number}` };
  if (fields.priority !== undefined)
    return { ...to, edit: 'label', name: fields.priority === 'high' ? 'priority: low' : 'urgent' };
  if (fields.status === 'done' || fields.status === 'cancelled')
    return { ...to, edit: 'close', reason: fields.status === 'done' ? 'not_planned' : 'completed' };
  if (fields.status !== undefined) return { ...to, edit: 'close', reason: random.pick(['completed', 'not_planned']) };
  return null;
}

/** Chooses a conflict: an open one is decided by a person, and the decision of any other is undone. */
function conflictAction({ conflictIds, conflicts }: World, random: Random, number: number): Action | null {
  if (conflicts.length === 0) return null;
  const { id, field, isOpen } = random.pick(conflicts);
  const conflict = conflictIds.indexOf(id);
  return isOpen ? { do: 'decide', conflict, ...decision(random, field, number) } : { do: 'undo', conflict };
}

/** Chooses a person's decision of a conflict about this field. */
export function decision(random: Random, field: Scalar, number: number): Decision {
  const take = random.pick(['ours', 'theirs', 'value'] as const);
  if (take !== 'value') return { take };
  if (field === 'status') return { take, value: random.pick(['todo', 'done', 'cancelled']) };
  if (field === 'priority') return { take, value: random.pick(['high', 'medium', 'low']) };
  return { take, value: `Decided ${number}` };
}

function fault(random: Random): How {
  return random.pick<How>([
    { kind: 'status', status: 500 },
    { kind: 'status', status: 502 },
    { kind: 'status', status: 403, retryAfter: 3 },
    { kind: 'status', status: 403, retryAfter: 7 },
    { kind: 'status', status: 429, retryAfter: 60 },
    { kind: 'refused' },
    { kind: 'reset_before' },
    { kind: 'reset_after' },
    { kind: 'reset_after' },
  ]);
}

/** Returns random places of the webhook queue in any order, sometimes with one of them twice. */
function places(random: Random, amount: number, count: number): number[] {
  const chosen = Array.from({ length: amount }, () => (random.chance(0.6) ? 0 : random.below(count)));
  return [...new Set(chosen), ...(random.chance(0.15) ? chosen.slice(0, 1) : [])];
}

/** Chooses a webhook to lose. Webhooks about deletions and moves are never lost, because nothing else shows these. */
function losable({ github }: World, random: Random): Action | null {
  const candidates = github.pending.flatMap(({ action }, place) =>
    action === 'deleted' || action === 'transferred' ? [] : [place],
  );
  return candidates.length === 0 ? null : { do: 'lose', webhook: random.pick(candidates) };
}
